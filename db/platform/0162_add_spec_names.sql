-- The module with the documents' own names for tables.
-- up
insert into maitred.modules values ('spec_names', 10, '{core}', 'the specifications'' tables under their own names, as views');

-- down
delete from maitred.modules where name = 'spec_names';
