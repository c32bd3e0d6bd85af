CREATE VIEW user_rows AS SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, status, changed_at FROM app_user

CREATE PROCEDURE list_users(p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM user_rows;
END;

CREATE PROCEDURE get_user(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM user_rows WHERE user_id = p_id;
END;

CREATE PROCEDURE changed_users(p_since IN TIMESTAMP, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM user_rows WHERE changed_at > p_since;
END;

CREATE PROCEDURE list_roles(p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM app_role;
END;

CREATE PROCEDURE roles_of(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT ur.user_id, r.role_id, r.role_name FROM user_role ur JOIN app_role r ON r.role_id = ur.role_id WHERE ur.user_id = p_id;
END;

CREATE PROCEDURE list_licences(p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM licence;
END;

CREATE PROCEDURE licences_of(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT l.* FROM licence l JOIN app_user u ON u.licence_id = l.licence_id WHERE u.user_id = p_id;
END;

CREATE PROCEDURE create_user(p_username IN VARCHAR2, p_external_id IN VARCHAR2, p_first_name IN VARCHAR2, p_last_name IN VARCHAR2, p_display_name IN VARCHAR2, p_title IN VARCHAR2, p_email IN VARCHAR2, p_mobile IN VARCHAR2, p_department IN VARCHAR2, p_status IN VARCHAR2, p_id OUT NUMBER) AS
BEGIN
  INSERT INTO app_user(username, external_id, first_name, last_name, display_name, title, email, mobile, department, status)
  VALUES (p_username, p_external_id, p_first_name, p_last_name, p_display_name, p_title, p_email, p_mobile, p_department, p_status)
  RETURNING user_id INTO p_id;
END;

CREATE PROCEDURE update_user(p_username IN VARCHAR2, p_external_id IN VARCHAR2, p_first_name IN VARCHAR2, p_last_name IN VARCHAR2, p_display_name IN VARCHAR2, p_title IN VARCHAR2, p_email IN VARCHAR2, p_mobile IN VARCHAR2, p_department IN VARCHAR2, p_id IN NUMBER) AS
BEGIN
  UPDATE app_user SET username = p_username, external_id = p_external_id, first_name = p_first_name, last_name = p_last_name, display_name = p_display_name,
    title = p_title, email = p_email, mobile = p_mobile, department = p_department, changed_at = CURRENT_TIMESTAMP
  WHERE user_id = p_id;
END;

CREATE PROCEDURE activate_user(p_id IN NUMBER) AS
BEGIN
  UPDATE app_user SET status = 'ACTIVE' WHERE user_id = p_id;
END;

CREATE PROCEDURE deactivate_user(p_id IN NUMBER) AS
BEGIN
  UPDATE app_user SET status = 'INACTIVE' WHERE user_id = p_id;
END;

CREATE PROCEDURE delete_user(p_id IN NUMBER) AS
BEGIN
  DELETE FROM app_user WHERE user_id = p_id;
END;

CREATE PROCEDURE set_password(p_id IN NUMBER, p_password IN VARCHAR2) AS
BEGIN
  UPDATE app_user SET password = p_password WHERE user_id = p_id;
END;

CREATE PROCEDURE give_role(p_id IN NUMBER, p_role IN VARCHAR2) AS
BEGIN
  INSERT INTO user_role(user_id, role_id) VALUES (p_id, p_role);
END;

CREATE PROCEDURE take_role(p_id IN NUMBER, p_role IN VARCHAR2) AS
BEGIN
  DELETE FROM user_role WHERE user_id = p_id AND role_id = p_role;
END;

CREATE PROCEDURE give_licence(p_id IN NUMBER, p_licence IN INTEGER) AS
BEGIN
  UPDATE app_user SET licence_id = p_licence WHERE user_id = p_id;
END;

CREATE PROCEDURE take_licence(p_id IN NUMBER, p_licence IN INTEGER) AS
BEGIN
  UPDATE app_user SET licence_id = NULL WHERE user_id = p_id AND licence_id = p_licence;
END;

CREATE PROCEDURE list_groups(p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM app_group;
END;

CREATE PROCEDURE get_group(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT * FROM app_group WHERE group_id = p_id;
END;

CREATE PROCEDURE members_of(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT m.group_id, m.user_id, u.username FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE m.group_id = p_id;
END;

CREATE PROCEDURE groups_of(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS
BEGIN
  OPEN p_rows FOR SELECT m.user_id, g.group_id, g.group_name FROM group_member m JOIN app_group g ON g.group_id = m.group_id WHERE m.user_id = p_id;
END;

CREATE PROCEDURE create_group(p_name IN VARCHAR2, p_external_id IN VARCHAR2, p_id OUT NUMBER) AS
BEGIN
  INSERT INTO app_group(group_name, external_id) VALUES (p_name, p_external_id) RETURNING group_id INTO p_id;
END;

CREATE PROCEDURE update_group(p_name IN VARCHAR2, p_external_id IN VARCHAR2, p_id IN NUMBER) AS
BEGIN
  UPDATE app_group SET group_name = p_name, external_id = p_external_id WHERE group_id = p_id;
END;

CREATE PROCEDURE delete_group(p_id IN NUMBER) AS
BEGIN
  DELETE FROM app_group WHERE group_id = p_id;
END;

CREATE PROCEDURE add_member(p_id IN NUMBER, p_member IN NUMBER) AS
BEGIN
  INSERT INTO group_member(group_id, user_id) VALUES (p_id, p_member);
END;

CREATE PROCEDURE remove_member(p_id IN NUMBER, p_member IN NUMBER) AS
BEGIN
  DELETE FROM group_member WHERE group_id = p_id AND user_id = p_member;
END;
