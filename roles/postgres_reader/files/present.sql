, -- continues there.sql
lacking AS (
  SELECT privilege.* FROM privilege WHERE NOT EXISTS (
    SELECT FROM entry JOIN reader ON reader.oid = grantee
    WHERE entry.class = privilege.class AND entry.oid = privilege.oid AND privilege_type = word
  )
),
outsider AS ( -- logins that are no members yet
  SELECT role.* FROM role
  WHERE login AND NOT EXISTS (SELECT FROM pg_auth_members JOIN reader ON roleid = reader.oid WHERE member = role.oid)
),
power AS ( -- the group and all that it belongs to, which its members can become
  SELECT oid FROM reader
  UNION
  SELECT roleid FROM power JOIN pg_auth_members ON member = power.oid
),
attribute AS ( -- those of our own roles that are not as they should be
  SELECT role.oid, word, CASE WHEN has THEN 'NO' || word ELSE word END AS change
  FROM role CROSS JOIN LATERAL (VALUES
    ('SUPERUSER', rolsuper, false), ('CREATEDB', rolcreatedb, false), ('CREATEROLE', rolcreaterole, false),
    ('REPLICATION', rolreplication, false), ('BYPASSRLS', rolbypassrls, false), ('INHERIT', rolinherit, true)
  ) AS given (word, has, should)
  WHERE ours AND has <> should
),
problem (text) AS (
  SELECT text FROM own_name
  UNION ALL
  SELECT 'the role ' || quoted || ' was there before, and its password is not overwritten (take another name, or hand the role over by '
    'COMMENT ON ROLE ' || quoted || ' IS ''aep.sources: created'')' FROM role WHERE login AND oid IS NOT NULL AND NOT ours
  UNION ALL
  SELECT 'postgres_reader_group names ' || quoted || ', which is a login of this role (take another name)'
  FROM reader WHERE ours AND rolcanlogin
  UNION ALL
  SELECT 'members of postgres_reader_group could do all that ' || string_agg(quote_ident(rolname), ', ')
    || ' may do, which is more than to read (take another group)'
  FROM power JOIN pg_roles USING (oid)
  WHERE (rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls OR oid IN (SELECT owned_by FROM privilege)
      OR rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_read_server_files', 'pg_execute_server_program'))
    AND oid NOT IN (SELECT oid FROM reader WHERE ours) -- whose own attributes are taken away
  HAVING count(*) > 0
  UNION ALL
  SELECT 'postgres_reader_owners names ' || quoted || ', which does not exist' FROM owner WHERE oid IS NULL
  UNION ALL
  SELECT 'postgres_reader_owners names ' || owner.quoted || ', a superuser, for whom only a superuser can set default privileges'
  FROM owner WHERE owner.rolsuper AND NOT usable AND EXISTS (SELECT FROM lacking WHERE step = 4 AND owned_by = owner.oid)
  UNION ALL
  SELECT 'the name ' || quoted || ' is longer than the 63 bytes that PostgreSQL keeps of it'
  FROM (
    SELECT quoted, name FROM role UNION ALL SELECT quoted, name FROM space UNION ALL SELECT quote_ident(database), database FROM asked
  ) AS given WHERE octet_length(name) > 63
  UNION ALL
  SELECT 'the name ' || quoted || ' is one that PostgreSQL keeps for itself'
  FROM role WHERE oid IS NULL AND (name IN ('public', 'none') OR starts_with(name, 'pg_'))
  UNION ALL
  SELECT 'the name ' || quoted || ' is one that PostgreSQL keeps for itself'
  FROM space WHERE name = 'information_schema' OR starts_with(name, 'pg_')
  UNION ALL
  SELECT 'a name is empty (the group, a login and a schema need one)'
  WHERE '' IN (SELECT name FROM role UNION ALL SELECT name FROM space)
  UNION ALL
  SELECT quoted || ' is given more than once' FROM role GROUP BY quoted HAVING count(*) > 1
),
right_needed (text, by) AS ( -- which right the administrator lacks, and what gives it
  SELECT 'CREATEDB, as the database ' || quote_ident(database) || ' does not exist', 'ALTER ROLE ' || me.quoted || ' CREATEDB'
  FROM me, asked WHERE NOT rolcreatedb AND NOT EXISTS (SELECT FROM pg_database WHERE datname = database)
  UNION ALL
  SELECT 'CREATEROLE, to manage ' || string_agg(role.quoted, ', '), 'ALTER ROLE ' || me.quoted || ' CREATEROLE'
  FROM me, role WHERE NOT me.rolcreaterole AND (login OR role.oid IS NULL) GROUP BY me.quoted
  UNION ALL
  SELECT 'the ADMIN OPTION for ' || role.quoted,
    'GRANT ' || role.quoted || ' TO ' || me.quoted || ' WITH ADMIN TRUE, INHERIT FALSE, SET FALSE'
  FROM me, role
  WHERE strict AND (login OR ours OR EXISTS (SELECT FROM outsider)) AND NOT pg_has_role(role.oid, 'MEMBER WITH ADMIN OPTION')
  UNION ALL
  SELECT 'SUPERUSER, as ' || role.quoted || ' has attributes that only a superuser can take away',
    'ALTER ROLE ' || role.quoted || ' ' || string_agg(change, ' ')
  FROM me, role JOIN attribute USING (oid)
  WHERE word IN ('SUPERUSER', 'REPLICATION', 'BYPASSRLS') OR word = 'CREATEDB' AND strict AND NOT me.rolcreatedb GROUP BY role.quoted
  UNION ALL
  SELECT 'CREATE in the database ' || quote_ident(database), 'GRANT CREATE ON DATABASE ' || quote_ident(database) || ' TO ' || me.quoted
  FROM me, asked JOIN pg_database ON datname = database
  WHERE NOT has_database_privilege(pg_database.oid, 'CREATE') AND EXISTS (SELECT FROM space WHERE oid IS NULL)
  UNION ALL
  SELECT 'the rights of ' || owner.quoted || ', which makes tables', 'GRANT ' || owner.quoted || ' TO ' || me.quoted || as_usual
  FROM me, owner WHERE NOT usable AND NOT owner.rolsuper AND EXISTS (SELECT FROM lacking WHERE NOT grantable AND owned_by = owner.oid)
  UNION ALL
  SELECT 'the right to grant ' || word || ' on ' || lower(kind) || string_agg(object, ', '),
    'GRANT ' || word || ' ON ' || kind || string_agg(object, ', ') || ' TO ' || me.quoted || ' WITH GRANT OPTION'
  FROM me, lacking
  WHERE step < 4 AND NOT grantable
    AND NOT EXISTS (SELECT FROM owner WHERE owner.oid = owned_by AND NOT usable AND NOT owner.rolsuper) -- as that is told already
    AND NOT EXISTS ( -- what everybody may needs no grant
      SELECT FROM entry WHERE entry.class = lacking.class AND entry.oid = lacking.oid AND privilege_type = word
    )
  GROUP BY step, area, word, kind, me.quoted
),
statement (step, area, text) AS (
  SELECT 0, '', 'CREATE SCHEMA ' || quoted FROM asked, space
  WHERE oid IS NULL AND NOT (name = 'public' AND current_database() <> database) -- each new database has one
  UNION ALL
  SELECT 1, quoted || given.part, given.text FROM asked, role CROSS JOIN LATERAL (VALUES
    (1, 'CREATE ROLE ' || quoted || CASE WHEN login THEN ' CONNECTION LIMIT ' || connections ELSE '' END), -- password.sql lets it in
    (2, 'COMMENT ON ROLE ' || quoted || ' IS ''aep.sources: created''')
  ) AS given (part, text)
  WHERE oid IS NULL
  UNION ALL
  SELECT 2, quoted, 'ALTER ROLE ' || quoted || ' ' || concat_ws(' ',
    (SELECT string_agg(change, ' ') FROM attribute WHERE attribute.oid = role.oid),
    CASE WHEN login AND rolconnlimit <> connections THEN 'CONNECTION LIMIT ' || connections END,
    CASE WHEN login AND rolvaliduntil < now() THEN 'VALID UNTIL ''infinity''' END)
  FROM asked, role
  WHERE ours AND (login AND (rolconnlimit <> connections OR rolvaliduntil < now()) OR oid IN (SELECT oid FROM attribute))
  UNION ALL
  SELECT 3, quoted, 'ALTER ROLE ' || quoted || ' SET ' || key || ' TO ' || quote_literal(value)
  FROM asked, role, jsonb_each_text(request -> 'settings') WHERE login AND NOT coalesce(key || '=' || value = ANY (settings), false)
  UNION ALL
  SELECT 4, step || area, before || 'GRANT ' || word || ' ON ' || kind || string_agg(object, ', ') || ' TO ' || reader.quoted
  FROM lacking, reader WHERE grantable GROUP BY step, area, before, word, kind, reader.quoted
  UNION ALL
  SELECT 5, outsider.quoted, 'GRANT ' || reader.quoted || ' TO ' || outsider.quoted FROM outsider, reader
)
SELECT kind AS key, array_agg(text ORDER BY step, area, text) AS value FROM (
  SELECT 'problem' AS kind, 0 AS step, '' AS area, text FROM problem
  UNION ALL
  SELECT 'problem', 1, '', me.quoted || ' lacks ' || text || ' (' || by || ' gives it)' FROM me, right_needed WHERE NOT me.rolsuper
  UNION ALL
  SELECT 'database', 0, '', 'CREATE DATABASE ' || quote_ident(database)
  FROM asked WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = database)
  UNION ALL
  SELECT 'statement', step, area, text FROM statement
  UNION ALL
  SELECT 'superuser', 0, '', name FROM me WHERE rolsuper
  UNION ALL
  SELECT CASE WHEN oid IS NULL THEN 'new login' ELSE 'open login' END, 0, '', name FROM role WHERE login AND (oid IS NULL OR rolcanlogin)
) AS said
GROUP BY kind
