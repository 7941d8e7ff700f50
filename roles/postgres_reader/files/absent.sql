, -- continues there.sql
staying AS ( -- who reads through the group besides the logins that go; a group of others only matters to our own logins
  SELECT member.name FROM member JOIN reader ON roleid = reader.oid
  WHERE (member.ours OR reader.ours) AND NOT EXISTS (SELECT FROM role WHERE login AND role.ours AND role.oid = member.member)
),
abroad AS ( -- where else a group of our own may do something, as it may read several databases
  SELECT DISTINCT datname FROM reader
  JOIN pg_shdepend ON refclassid = 'pg_authid'::regclass AND refobjid = reader.oid AND deptype = 'a'
  JOIN pg_database ON pg_database.oid = CASE WHEN classid = 'pg_database'::regclass THEN objid ELSE dbid END
  WHERE ours AND datname <> current_database()
),
doomed AS (
  SELECT role.* FROM role WHERE ours AND (login OR NOT EXISTS (SELECT FROM staying) AND NOT EXISTS (SELECT FROM abroad))
),
held AS ( -- what is taken back; from a group of others only together with the last login that was made for it
  SELECT privilege.*, grantor FROM reader
  JOIN entry ON grantee = reader.oid AND revocable
  JOIN privilege ON privilege.class = entry.class AND privilege.oid = entry.oid
  WHERE NOT EXISTS (SELECT FROM staying)
    AND (reader.ours OR EXISTS (SELECT FROM pg_auth_members WHERE roleid = reader.oid AND member IN (SELECT oid FROM doomed)))
),
new_owner AS (
  SELECT quote_ident(request ->> 'reassign') AS quoted, known.oid,
    coalesce(pg_has_role(known.oid, 'USAGE') AND CASE WHEN strict THEN pg_has_role(known.oid, 'SET') ELSE true END, true) AS usable
  FROM me, asked LEFT JOIN pg_roles AS known ON rolname = request ->> 'reassign' WHERE request ->> 'reassign' <> ''
),
dependency AS ( -- what keeps PostgreSQL from removing a role, in any database
  SELECT doomed.oid AS roleid, quoted, dbid, classid, objid, objsubid, deptype = 'o' AS owned,
    dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) AS here,
    deptype = 'o' AND classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass) AND EXISTS (SELECT FROM new_owner) AS movable
  FROM doomed JOIN pg_shdepend ON refclassid = 'pg_authid'::regclass AND refobjid = doomed.oid
),
problem (text) AS (
  SELECT text FROM own_name
  UNION ALL
  SELECT quoted || CASE WHEN owned THEN ' owns ' ELSE ' has rights that are not taken back here on ' END
    || coalesce(pg_describe_object(classid, objid, objsubid), 'something')
  FROM dependency
  WHERE here AND NOT movable AND (owned OR objsubid <> 0 OR roleid IS DISTINCT FROM (SELECT oid FROM reader)
    OR NOT EXISTS (SELECT FROM held WHERE held.class = classid AND held.oid = objid)
    OR EXISTS (SELECT FROM entry WHERE entry.class = classid AND entry.oid = objid AND grantee = roleid AND NOT revocable))
  UNION ALL
  SELECT 'postgres_reader_reassign_owned_to names ' || quoted || ', which does not exist or is to be removed itself'
  FROM new_owner WHERE oid IS NULL OR oid IN (SELECT oid FROM doomed)
),
right_needed (text, by) AS ( -- which right the administrator lacks, and what gives it
  SELECT 'CREATEROLE, to remove ' || string_agg(doomed.quoted, ', '), 'ALTER ROLE ' || me.quoted || ' CREATEROLE'
  FROM me, doomed WHERE NOT me.rolcreaterole GROUP BY me.quoted
  UNION ALL
  SELECT 'the ADMIN OPTION for ' || doomed.quoted,
    'GRANT ' || doomed.quoted || ' TO ' || me.quoted || ' WITH ADMIN TRUE, INHERIT FALSE, SET FALSE'
  FROM me, doomed WHERE strict AND NOT pg_has_role(doomed.oid, 'MEMBER WITH ADMIN OPTION')
  UNION ALL
  SELECT 'SUPERUSER, as ' || quoted || ' is a superuser', 'ALTER ROLE ' || quoted || ' NOSUPERUSER' FROM doomed WHERE rolsuper
  UNION ALL
  SELECT DISTINCT 'the rights of ' || quote_ident(rolname) || ', who owns that',
    'GRANT ' || quote_ident(rolname) || ' TO ' || me.quoted || as_usual
  FROM me, doomed JOIN entry ON grantee = doomed.oid AND NOT revocable
  JOIN privilege ON privilege.class = entry.class AND privilege.oid = entry.oid JOIN pg_roles ON pg_roles.oid = owned_by
  WHERE NOT pg_has_role(owned_by, 'USAGE') AND NOT pg_roles.rolsuper AND rolname <> 'pg_database_owner'
  UNION ALL
  SELECT DISTINCT 'the rights of ' || dependency.quoted || ', to reassign what it owns',
    'GRANT ' || dependency.quoted || ' TO ' || me.quoted || as_usual
  FROM me, dependency WHERE movable AND NOT pg_has_role(roleid, 'USAGE')
  UNION ALL
  SELECT 'the rights of ' || new_owner.quoted || ', to make it the owner', 'GRANT ' || new_owner.quoted || ' TO ' || me.quoted || as_usual
  FROM me, new_owner WHERE NOT usable AND EXISTS (SELECT FROM dependency WHERE movable)
),
statement (step, text) AS (
  SELECT 1, 'REASSIGN OWNED BY ' || string_agg(DISTINCT dependency.quoted, ', ') || ' TO ' || new_owner.quoted
  FROM dependency, new_owner WHERE movable AND here GROUP BY new_owner.quoted
  UNION ALL
  SELECT 2, before || 'REVOKE ' || word || ' ON ' || kind || string_agg(object, ', ') || ' FROM ' || reader.quoted
  FROM held, reader GROUP BY step, area, before, word, kind, reader.quoted
  UNION ALL
  SELECT 3, 'GRANT ' || word || ' (' || string_agg(quote_ident(attname), ', ') || ') ON ' || kind || object || ' TO ' || reader.quoted
    || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END -- as rights on columns go together with those on the table
  FROM reader, held JOIN pg_attribute ON attrelid = held.oid AND held.class = 'pg_class'::regclass CROSS JOIN aclexplode(attacl) AS item
  WHERE item.grantee = reader.oid AND item.grantor = held.grantor AND privilege_type = word
  GROUP BY word, kind, object, reader.quoted, is_grantable
  UNION ALL
  SELECT 4, 'DROP ROLE ' || string_agg(DISTINCT quoted, ', ') FROM doomed HAVING count(*) > 0
),
note (text) AS (
  SELECT reader.quoted || ' stays with its rights, as these are members of it: '
    || string_agg(quote_ident(staying.name), ', ' ORDER BY staying.name) FROM reader, staying GROUP BY reader.quoted
  UNION ALL
  SELECT reader.quoted || ' stays, as it has rights in other databases (remove it for each of them as well): '
    || string_agg(quote_ident(datname), ', ' ORDER BY datname)
  FROM reader, abroad WHERE NOT EXISTS (SELECT FROM staying) GROUP BY reader.quoted
  UNION ALL
  SELECT quoted || ' stays, as it was not made by this role (if an older version made it, hand it over by COMMENT ON ROLE ' || quoted
    || ' IS ''aep.sources: created'')' FROM role WHERE NOT ours AND oid IS NOT NULL
)
SELECT kind AS key, array_agg(text ORDER BY step, text) AS value FROM (
  SELECT 'problem' AS kind, 0 AS step, text FROM problem
  UNION ALL
  SELECT 'problem', 1, me.quoted || ' lacks ' || text || ' (' || by || ' gives it)' FROM me, right_needed WHERE NOT me.rolsuper
  UNION ALL
  SELECT 'statement', step, text FROM statement
  UNION ALL
  SELECT 'note', 0, text FROM note
  UNION ALL
  SELECT DISTINCT 'elsewhere', 0, datname FROM dependency JOIN pg_database ON pg_database.oid = dbid WHERE NOT here
  UNION ALL
  SELECT 'role', 0, name FROM doomed
) AS said
GROUP BY kind
