CREATE FUNCTION dbo.user_rows() RETURNS TABLE AS RETURN (
  SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, status, changed_at FROM app_user
)

CREATE PROCEDURE list_users AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @users int;
  SELECT @users = COUNT(*) FROM app_user;
  SELECT * FROM dbo.user_rows();
  SELECT role_id FROM app_role;
  SELECT COUNT(*) AS n, @users AS users FROM licence;
END

CREATE PROCEDURE get_user @p_id bigint AS
SELECT * FROM dbo.user_rows() WHERE user_id = @p_id

CREATE PROCEDURE changed_users @p_since datetime2 AS
BEGIN
  SET NOCOUNT ON;
  SELECT * FROM dbo.user_rows() WHERE changed_at > @p_since;
  RETURN 0;
END

CREATE PROCEDURE list_roles AS
SELECT * FROM app_role

CREATE FUNCTION dbo.roles_of(@p_id bigint) RETURNS TABLE AS RETURN (
  SELECT ur.user_id, r.role_id, r.role_name FROM user_role ur JOIN app_role r ON r.role_id = ur.role_id WHERE ur.user_id = @p_id
)

CREATE PROCEDURE list_licences AS
SELECT * FROM licence

CREATE FUNCTION dbo.licences_of(@p_id bigint) RETURNS TABLE AS RETURN (
  SELECT l.* FROM licence l JOIN app_user u ON u.licence_id = l.licence_id WHERE u.user_id = @p_id
)

CREATE PROCEDURE create_user @p_username nvarchar(4000), @p_external_id nvarchar(4000), @p_first_name nvarchar(4000), @p_last_name nvarchar(4000), @p_display_name nvarchar(4000), @p_title nvarchar(4000), @p_email nvarchar(4000), @p_mobile nvarchar(4000), @p_department nvarchar(4000), @p_status varchar(8000), @p_id bigint OUTPUT AS
BEGIN
  INSERT INTO app_user(username, external_id, first_name, last_name, display_name, title, email, mobile, department, status)
  VALUES (@p_username, @p_external_id, @p_first_name, @p_last_name, @p_display_name, @p_title, @p_email, @p_mobile, @p_department, @p_status);
  SET @p_id = SCOPE_IDENTITY();
  SELECT 'made' AS note;
END

CREATE PROCEDURE update_user @p_username nvarchar(4000), @p_external_id nvarchar(4000), @p_first_name nvarchar(4000), @p_last_name nvarchar(4000), @p_display_name nvarchar(4000), @p_title nvarchar(4000), @p_email nvarchar(4000), @p_mobile nvarchar(4000), @p_department nvarchar(4000), @p_id bigint AS
BEGIN
  SET NOCOUNT ON;
  UPDATE app_user SET username = @p_username, external_id = @p_external_id, first_name = @p_first_name, last_name = @p_last_name, display_name = @p_display_name,
    title = @p_title, email = @p_email, mobile = @p_mobile, department = @p_department, changed_at = CURRENT_TIMESTAMP
  WHERE user_id = @p_id;
END

CREATE PROCEDURE activate_user @p_id bigint AS
UPDATE app_user SET status = 'ACTIVE' WHERE user_id = @p_id

CREATE PROCEDURE deactivate_user @p_id bigint AS
UPDATE app_user SET status = 'INACTIVE' WHERE user_id = @p_id

CREATE PROCEDURE delete_user @p_id bigint AS
BEGIN
  SET NOCOUNT ON;
  DELETE FROM app_user WHERE user_id = @p_id;
  RETURN 0;
END

CREATE PROCEDURE set_password @p_id bigint, @p_password nvarchar(4000) AS
UPDATE app_user SET password = @p_password WHERE user_id = @p_id

CREATE PROCEDURE give_role @p_id bigint, @p_role varchar(8000) AS
INSERT INTO user_role(user_id, role_id) VALUES (@p_id, @p_role)

CREATE PROCEDURE take_role @p_id bigint, @p_role varchar(8000) AS
DELETE FROM user_role WHERE user_id = @p_id AND role_id = @p_role

CREATE PROCEDURE give_licence @p_id bigint, @p_licence int AS
UPDATE app_user SET licence_id = @p_licence WHERE user_id = @p_id

CREATE PROCEDURE take_licence @p_id bigint, @p_licence int AS
UPDATE app_user SET licence_id = NULL WHERE user_id = @p_id AND licence_id = @p_licence

CREATE PROCEDURE list_groups AS
SELECT * FROM app_group

CREATE PROCEDURE get_group @p_id bigint AS
SELECT * FROM app_group WHERE group_id = @p_id

CREATE PROCEDURE members_of @p_id bigint AS
BEGIN
  SET NOCOUNT ON;
  SELECT m.group_id, m.user_id, u.username FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE m.group_id = @p_id;
END

CREATE FUNCTION dbo.groups_of(@p_id bigint) RETURNS TABLE AS RETURN (
  SELECT m.user_id, g.group_id, g.group_name FROM group_member m JOIN app_group g ON g.group_id = m.group_id WHERE m.user_id = @p_id
)

CREATE PROCEDURE create_group @p_name nvarchar(4000), @p_external_id nvarchar(4000), @p_id bigint OUTPUT AS
BEGIN
  SET NOCOUNT ON;
  INSERT INTO app_group(group_name, external_id) VALUES (@p_name, @p_external_id);
  SET @p_id = SCOPE_IDENTITY();
END

CREATE PROCEDURE update_group @p_name nvarchar(4000), @p_external_id nvarchar(4000), @p_id bigint AS
UPDATE app_group SET group_name = @p_name, external_id = @p_external_id WHERE group_id = @p_id

CREATE PROCEDURE delete_group @p_id bigint AS
DELETE FROM app_group WHERE group_id = @p_id

CREATE PROCEDURE add_member @p_id bigint, @p_member bigint AS
INSERT INTO group_member(group_id, user_id) VALUES (@p_id, @p_member)

CREATE PROCEDURE remove_member @p_id bigint, @p_member bigint AS
DELETE FROM group_member WHERE group_id = @p_id AND user_id = @p_member
