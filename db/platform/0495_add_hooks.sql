-- The module of outgoing webhooks.
-- up
insert into maitred.modules values ('hooks', 12, '{core}', 'webhooks: programs of integrators are told what happens');

-- down
delete from maitred.modules where name = 'hooks';
