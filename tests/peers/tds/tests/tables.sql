CREATE TABLE app_role (role_id varchar(50) NOT NULL CONSTRAINT app_role_key PRIMARY KEY, role_name nvarchar(100) NOT NULL);
CREATE TABLE app_user (
    user_id bigint IDENTITY(1,1) PRIMARY KEY,
    username nvarchar(500) NOT NULL,
    email nvarchar(500),
    status varchar(10) NOT NULL DEFAULT 'ACTIVE' CONSTRAINT app_user_status CHECK (status IN ('ACTIVE', 'INACTIVE')),
    changed_at datetimeoffset NOT NULL DEFAULT SYSDATETIMEOFFSET(),
    CONSTRAINT app_user_username UNIQUE (username));
CREATE TABLE user_role (
    user_id bigint NOT NULL CONSTRAINT user_role_user REFERENCES app_user(user_id) ON DELETE CASCADE,
    role_id varchar(50) NOT NULL CONSTRAINT user_role_role REFERENCES app_role(role_id),
    CONSTRAINT user_role_key PRIMARY KEY (user_id, role_id));
INSERT INTO app_role VALUES ('clerk', N'Clerk'), ('reader', N'Reader');
GO
CREATE PROCEDURE dbo.written_in_sql @p_name nvarchar(50), @p_number int = 1 AS
BEGIN
    SET NOCOUNT ON;
    SELECT @p_name AS name, @p_number AS number;
    RETURN 3;
END
GO
CREATE PROCEDURE dbo.hire @greeting nvarchar(100) OUTPUT, @id bigint OUTPUT, @name nvarchar(50) AS
BEGIN
    INSERT INTO app_user (username) VALUES (@name);
    SET @id = SCOPE_IDENTITY();
    SELECT user_id, username FROM app_user WHERE user_id = @id;
    SELECT role_id FROM app_role ORDER BY role_id;
    SET @greeting = @greeting + N', ' + @name;
    RETURN 5;
END
GO
CREATE FUNCTION dbo.roles_named(@name nvarchar(100)) RETURNS TABLE AS RETURN (
    SELECT role_id, role_name FROM app_role WHERE role_name = @name
)
