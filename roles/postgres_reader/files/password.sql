-- Let a login in with a new password, and never with the former one. An error would be shown together with the statement and its
-- parameters, so it is kept.
DO $$
BEGIN
  PERFORM set_config('aep_sources.error', '', true);
  EXECUTE 'ALTER ROLE ' || quote_ident(current_setting('aep_sources.login'))
    || ' LOGIN PASSWORD ' || quote_literal(current_setting('aep_sources.password'));
EXCEPTION WHEN OTHERS THEN
  PERFORM set_config('aep_sources.error', SQLERRM, true);
END $$
