CREATE TABLE app_user (user_id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, title TEXT);
CREATE TABLE role (role_id TEXT PRIMARY KEY, role_name TEXT NOT NULL);
CREATE TABLE user_role (
    user_id INTEGER NOT NULL REFERENCES app_user,
    role_id TEXT NOT NULL REFERENCES role,
    PRIMARY KEY (user_id, role_id)
);
-- It refuses to have the role `clerk` taken.
CREATE TABLE role_audit (
    user_id INTEGER   NOT NULL,
    role_id TEXT      NOT NULL,
    action  TEXT      NOT NULL,
    request TEXT      NOT NULL,
    at      TIMESTAMP NOT NULL,
    CHECK (action = 'add' OR role_id <> 'clerk')
);
INSERT INTO role VALUES ('reader', 'Reader'), ('clerk', 'Clerk'), ('auditor', 'Auditor');
INSERT INTO app_user VALUES (1, 'ada', NULL), (2, 'grace', NULL);
INSERT INTO user_role VALUES (1, 'reader'), (2, 'clerk');
