-- What is asked for, and what is there. present.sql and absent.sql continue this query. What they say are texts, for each kind of
-- thing that is said: problems, statements, ... Names are parameters, and PostgreSQL itself quotes those that become part of a statement.
WITH RECURSIVE
asked AS (
  SELECT request, request ->> 'database' AS database, request ->> 'group' AS reader, (request ->> 'limit')::int AS connections
  FROM (SELECT %(request)s::jsonb AS request) AS given
),
me AS (
  SELECT oid, rolname AS name, quote_ident(rolname) AS quoted, rolsuper, rolcreaterole, rolcreatedb,
    version >= 160000 AS strict, CASE WHEN version >= 160000 THEN ' WITH INHERIT TRUE, SET TRUE' ELSE '' END AS as_usual
  FROM pg_roles, CAST(current_setting('server_version_num') AS int) AS version WHERE rolname = current_user
),
named AS (
  SELECT reader AS name, false AS login FROM asked
  UNION ALL
  SELECT name, true FROM asked, jsonb_array_elements_text(request -> 'logins') AS name
),
role AS (
  SELECT named.name, login, quote_ident(named.name) AS quoted, known.oid, rolsuper, rolcreatedb, rolcreaterole, rolinherit,
    rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil,
    coalesce(rolconfig, '{}') AS settings,
    coalesce(starts_with(shobj_description(known.oid, 'pg_authid'), 'aep.sources:'), false) AS ours
  FROM named LEFT JOIN pg_roles AS known ON known.rolname = named.name
),
reader AS (SELECT role.* FROM role WHERE NOT login),
own_name (text) AS ( -- whoever runs this would take its own rights away, or remove itself
  SELECT me.quoted || ' is the administrator itself (take another name)' FROM me JOIN role USING (oid) WHERE ours
),
-- Who made a role has the right to administer it, since PostgreSQL 16 as a member of it who neither inherits from it nor can become it.
member AS (
  SELECT roleid, member, rolname AS name,
    coalesce(starts_with(shobj_description(member, 'pg_authid'), 'aep.sources:'), false) AS ours
  FROM pg_auth_members AS link JOIN pg_roles ON pg_roles.oid = member
  WHERE coalesce((to_jsonb(link) ->> 'inherit_option')::bool OR (to_jsonb(link) ->> 'set_option')::bool, true)
    AND member <> (SELECT oid FROM me)
),
owner AS (
  SELECT given.name, quote_ident(given.name) AS quoted, known.oid, known.rolsuper,
    pg_has_role(known.oid, CASE WHEN strict THEN 'USAGE' ELSE 'MEMBER' END) AS usable
  FROM me, (
    SELECT jsonb_array_elements_text(request -> 'owners') AS name FROM asked
    UNION
    SELECT me.name FROM asked, me WHERE request -> 'owners' = '[]'
  ) AS given LEFT JOIN pg_roles AS known ON rolname = given.name
),
space AS (
  SELECT given.name, quote_ident(given.name) AS quoted, known.oid, nspowner, nspacl
  FROM (SELECT DISTINCT database, jsonb_array_elements_text(request -> 'schemas') AS name FROM asked) AS given
  LEFT JOIN pg_namespace AS known ON nspname = given.name AND current_database() = database -- which may have to be made first
),
-- Each right that readers get: one list for those who grant and those who revoke. "area" is what one statement can be about.
privilege AS (
  SELECT 1 AS step, 'CONNECT' AS word, '' AS before, 'DATABASE ' AS kind, '' AS area, quote_ident(database) AS object,
    'pg_database'::regclass AS class, known.oid, datdba AS owned_by, coalesce(datacl, acldefault('d', datdba)) AS acl,
    coalesce(has_database_privilege(known.oid, 'CONNECT WITH GRANT OPTION'), true) AS grantable -- who makes a database or a schema owns it
  FROM asked LEFT JOIN pg_database AS known ON datname = database
  UNION ALL
  SELECT 2, 'USAGE', '', 'SCHEMA ', '', quoted, 'pg_namespace'::regclass, oid, nspowner, coalesce(nspacl, acldefault('n', nspowner)),
    coalesce(has_schema_privilege(oid, 'USAGE WITH GRANT OPTION'), true)
  FROM space
  UNION ALL
  SELECT 3, 'SELECT', '', 'TABLE ', quoted, quoted || '.' || quote_ident(relname), 'pg_class'::regclass, known.oid, relowner,
    coalesce(relacl, acldefault('r', relowner)), has_table_privilege(known.oid, 'SELECT WITH GRANT OPTION')
  FROM space JOIN pg_class AS known ON relnamespace = space.oid WHERE relkind IN ('r', 'v', 'm', 'p', 'f')
  UNION ALL
  SELECT 4, 'SELECT', 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || owner.quoted || ' IN SCHEMA ' || space.quoted || ' ', '',
    'of ' || owner.quoted || ' in ' || space.quoted, 'TABLES', 'pg_default_acl'::regclass, known.oid, owner.oid,
    defaclacl, usable
  FROM owner CROSS JOIN space
  LEFT JOIN pg_default_acl AS known ON defaclrole = owner.oid AND defaclnamespace = space.oid AND defaclobjtype = 'r'
  WHERE owner.oid IS NOT NULL
),
-- Who revokes takes back what it would have granted: a superuser does that as the owner, others as themselves if they were given the
-- right to grant, else as the owner, or whoever was given it, of whom they are members. What the group may pass on was granted by others.
entry AS (
  SELECT privilege.class, privilege.oid, item.grantee, item.grantor, item.privilege_type,
    grantable AND item.privilege_type = word AND NOT item.is_grantable AND CASE
      WHEN step = 4 OR me.rolsuper THEN item.grantor = owned_by
      WHEN me.oid = owned_by OR EXISTS (
        SELECT FROM aclexplode(acl) AS own WHERE own.grantee = me.oid AND own.privilege_type = word AND own.is_grantable
      ) THEN item.grantor = me.oid
      ELSE pg_has_role(item.grantor, 'USAGE') END AS revocable
  FROM me, privilege CROSS JOIN aclexplode(acl) AS item
  WHERE item.grantee IN (0, (SELECT oid FROM reader))
)
