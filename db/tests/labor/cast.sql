\ir ../words.sql
update staff set hourly_rate = 20 where organization_id = tests.id('a');
