CREATE TABLE app_user (
    user_id    INTEGER PRIMARY KEY,
    username   TEXT NOT NULL UNIQUE,
    department TEXT
);
CREATE TABLE role (role_id TEXT PRIMARY KEY, role_name TEXT NOT NULL);
CREATE TABLE user_role (
    user_id INTEGER NOT NULL REFERENCES app_user,
    role_id TEXT NOT NULL REFERENCES role,
    PRIMARY KEY (user_id, role_id)
);
INSERT INTO role VALUES ('reader', 'Reader'), ('clerk', 'Clerk'), ('auditor', 'Auditor');
