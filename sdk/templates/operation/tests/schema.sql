CREATE TABLE app_user (user_id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE);
CREATE TABLE role (role_id TEXT PRIMARY KEY, role_name TEXT NOT NULL);
CREATE TABLE user_role (user_id INTEGER NOT NULL, role_id TEXT NOT NULL, PRIMARY KEY (user_id, role_id));
INSERT INTO app_user VALUES (1, 'ada'), (2, 'grace');
INSERT INTO role VALUES ('clerk', 'Clerk'), ('auditor', 'Auditor'), ('reader', 'Reader');
INSERT INTO user_role VALUES (1, 'clerk');
