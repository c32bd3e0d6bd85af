CREATE VIEW user_rows AS SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, status, changed_at FROM app_user

CREATE PROCEDURE list_users(INOUT p_rows refcursor) LANGUAGE plpgsql AS $$
BEGIN
  p_rows := 'all "the" users';
  OPEN p_rows FOR SELECT * FROM user_rows;
END $$

CREATE FUNCTION get_user(p_id bigint) RETURNS SETOF user_rows LANGUAGE sql AS $$ SELECT * FROM user_rows WHERE user_id = p_id $$

CREATE FUNCTION changed_users(p_since timestamptz) RETURNS SETOF user_rows LANGUAGE sql
AS $$ SELECT * FROM user_rows WHERE changed_at > p_since $$

CREATE FUNCTION list_roles() RETURNS SETOF app_role LANGUAGE sql AS $$ SELECT * FROM app_role $$

CREATE FUNCTION roles_of(p_id bigint) RETURNS TABLE (user_id bigint, role_id varchar, role_name varchar) LANGUAGE sql
AS $$ SELECT ur.user_id, r.role_id, r.role_name FROM user_role ur JOIN app_role r ON r.role_id = ur.role_id WHERE ur.user_id = p_id $$

CREATE FUNCTION list_licences() RETURNS SETOF licence LANGUAGE sql AS $$ SELECT * FROM licence $$

CREATE FUNCTION licences_of(p_id bigint) RETURNS SETOF licence LANGUAGE sql
AS $$ SELECT l.* FROM licence l JOIN app_user u ON u.licence_id = l.licence_id WHERE u.user_id = p_id $$

CREATE PROCEDURE create_user(p_username varchar, p_external_id varchar, p_first_name varchar, p_last_name varchar, p_display_name varchar, p_title varchar, p_email varchar, p_mobile varchar, p_department varchar, p_status varchar, OUT p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO app_user(username, external_id, first_name, last_name, display_name, title, email, mobile, department, status)
  VALUES (p_username, p_external_id, p_first_name, p_last_name, p_display_name, p_title, p_email, p_mobile, p_department, p_status)
  RETURNING user_id INTO p_id;
END $$

CREATE PROCEDURE update_user(p_username varchar, p_external_id varchar, p_first_name varchar, p_last_name varchar, p_display_name varchar, p_title varchar, p_email varchar, p_mobile varchar, p_department varchar, p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET username = p_username, external_id = p_external_id, first_name = p_first_name, last_name = p_last_name, display_name = p_display_name,
    title = p_title, email = p_email, mobile = p_mobile, department = p_department, changed_at = CURRENT_TIMESTAMP
  WHERE user_id = p_id;
END $$

CREATE PROCEDURE activate_user(p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET status = 'ACTIVE' WHERE user_id = p_id;
END $$

CREATE PROCEDURE deactivate_user(p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET status = 'INACTIVE' WHERE user_id = p_id;
END $$

CREATE PROCEDURE delete_user(p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM app_user WHERE user_id = p_id;
END $$

CREATE PROCEDURE set_password(p_id bigint, p_password varchar) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET password = p_password WHERE user_id = p_id;
END $$

CREATE PROCEDURE give_role(p_id bigint, p_role varchar) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO user_role(user_id, role_id) VALUES (p_id, p_role);
END $$

CREATE PROCEDURE take_role(p_id bigint, p_role varchar) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM user_role WHERE user_id = p_id AND role_id = p_role;
END $$

CREATE PROCEDURE give_licence(p_id bigint, p_licence integer) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET licence_id = p_licence WHERE user_id = p_id;
END $$

CREATE PROCEDURE take_licence(p_id bigint, p_licence integer) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET licence_id = NULL WHERE user_id = p_id AND licence_id = p_licence;
END $$

CREATE FUNCTION list_groups() RETURNS SETOF app_group LANGUAGE sql AS $$ SELECT * FROM app_group $$

CREATE FUNCTION get_group(p_id bigint) RETURNS SETOF app_group LANGUAGE sql AS $$ SELECT * FROM app_group WHERE group_id = p_id $$

CREATE FUNCTION members_of(p_id bigint) RETURNS TABLE (group_id bigint, user_id bigint, username varchar) LANGUAGE sql
AS $$ SELECT m.group_id, m.user_id, u.username FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE m.group_id = p_id $$

CREATE FUNCTION groups_of(p_id bigint) RETURNS TABLE (user_id bigint, group_id bigint, group_name varchar) LANGUAGE sql
AS $$ SELECT m.user_id, g.group_id, g.group_name FROM group_member m JOIN app_group g ON g.group_id = m.group_id WHERE m.user_id = p_id $$

CREATE PROCEDURE create_group(p_name varchar, p_external_id varchar, OUT p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO app_group(group_name, external_id) VALUES (p_name, p_external_id) RETURNING group_id INTO p_id;
END $$

CREATE PROCEDURE update_group(p_name varchar, p_external_id varchar, p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_group SET group_name = p_name, external_id = p_external_id WHERE group_id = p_id;
END $$

CREATE PROCEDURE delete_group(p_id bigint) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM app_group WHERE group_id = p_id;
END $$

CREATE PROCEDURE add_member(p_id bigint, p_member bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO group_member(group_id, user_id) VALUES (p_id, p_member);
END $$

CREATE PROCEDURE remove_member(p_id bigint, p_member bigint) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM group_member WHERE group_id = p_id AND user_id = p_member;
END $$
