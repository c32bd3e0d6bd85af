CREATE TABLE app_user (
    user_id     INTEGER PRIMARY KEY,
    login       TEXT NOT NULL UNIQUE,
    email       TEXT NOT NULL UNIQUE,
    given_name  TEXT,
    family_name TEXT
);
INSERT INTO app_user VALUES (1, 'aoberg', 'asa@example.com', 'Åsa', 'Øberg');
