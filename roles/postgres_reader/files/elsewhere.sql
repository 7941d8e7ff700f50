-- The same as absent.sql says of one database, for another one: what there keeps roles from being removed, and what reassigns it.
WITH dependency AS (
  SELECT quote_ident(rolname) AS quoted, classid, objid, objsubid, deptype = 'o' AS owned, %(reassign)s <> '' AND deptype = 'o'
    AND classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass) AS movable
  FROM jsonb_array_elements_text(%(roles)s::jsonb) AS name JOIN pg_roles ON rolname = name
  JOIN pg_shdepend ON refclassid = 'pg_authid'::regclass AND refobjid = pg_roles.oid
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT 'problem' AS key, array_agg(quoted || CASE WHEN owned THEN ' owns ' ELSE ' has rights that are not taken back here on ' END
  || coalesce(pg_describe_object(classid, objid, objsubid), 'something') || ' in the database ' || quote_ident(current_database())
  ORDER BY quoted, owned, classid, objid) AS value
FROM dependency WHERE NOT movable HAVING count(*) > 0
UNION ALL
SELECT 'statement', ARRAY['REASSIGN OWNED BY ' || string_agg(DISTINCT quoted, ', ') || ' TO ' || quote_ident(%(reassign)s)]
FROM dependency WHERE movable HAVING count(*) > 0
