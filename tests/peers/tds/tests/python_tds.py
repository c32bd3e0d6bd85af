"""What python-tds, which nobody here wrote, makes of the peer.

Arguments: the port, the user, the database, and a file with the peer's certificate. The password is read from the standard
input. Prints the name of each check that holds; the first one that does not ends it.
"""

import datetime
import decimal
import sys
import uuid

import pytds

PORT, USER, DATABASE, CERTIFICATE = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
PASSWORD = sys.stdin.readline().rstrip("\n")


def connect(**other):
    settings = dict(
        dsn="127.0.0.1", port=PORT, user=USER, password=PASSWORD, database=DATABASE, autocommit=True, login_timeout=60, timeout=60
    )
    return pytds.connect(**{**settings, **other})


def fails(number, do):
    try:
        do()
    except pytds.Error as error:
        found = getattr(error, "msg_no", None) or getattr(error, "number", None)
        assert found == number, f"{found}: {error}"
        return error
    raise AssertionError(f"{number} was expected, and nothing happened")


def sent(value):
    """Bytes would be taken for text."""
    return pytds.Binary(value) if isinstance(value, bytes) else value


def rows(cursor, sql, *parameters):
    cursor.execute(sql, tuple(map(sent, parameters)) or None)
    return [tuple(row) for row in cursor.fetchall()]


def connects():
    with connect() as connection, connection.cursor() as cursor:
        assert rows(cursor, "SELECT DB_NAME(), SUSER_SNAME()") == [(DATABASE, USER)]


def refuses_a_wrong_password():
    fails(18456, lambda: connect(password="wrong"))
    fails(18456, lambda: connect(user="nobody"))
    # It comes with a second one, 4060.
    error = fails(18456, lambda: connect(database="elsewhere"))
    assert "Cannot open database" in str(error), error


def encrypts():
    for everything in (False, True):
        with connect(cafile=CERTIFICATE, validate_host=False, enc_login_only=not everything) as connection:
            with connection.cursor() as cursor:
                assert rows(cursor, "SELECT 1") == [(1,)]


VALUES = [
    ("bit", True),
    ("tinyint", 255),
    ("smallint", -32768),
    ("int", 2147483647),
    ("bigint", -9223372036854775808),
    ("float", 0.1),
    ("real", 0.5),
    ("decimal(28,6)", decimal.Decimal("-1234567890123456789012.345678")),
    ("varchar(20)", "na\u00efve \u20ac"),
    ("nvarchar(50)", "\u65e5\u672c \U0001f600"),
    ("varchar(max)", "x" * 9001),
    ("nvarchar(max)", "\u00fc" * 9001),
    ("varbinary(20)", b"\x00\x01\xff"),
    ("varbinary(max)", b"\x00\xff" * 5000),
    ("date", datetime.date(2024, 2, 29)),
    ("time(7)", datetime.time(23, 59, 59, 123456)),
    ("datetime", datetime.datetime(2024, 2, 29, 12, 0, 0, 997000)),
    ("datetime2(7)", datetime.datetime(1, 1, 1, 0, 0, 0, 1)),
    ("uniqueidentifier", uuid.UUID("01234567-89ab-cdef-0123-456789abcdef")),
]


def values_keep_their_types():
    names = [f"c{index}" for index in range(len(VALUES))]
    columns = ", ".join(f"{name} {declared}" for name, (declared, _) in zip(names, VALUES))
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE sample (id int NOT NULL PRIMARY KEY, {columns})")
        places = ", ".join(["%s"] * (len(VALUES) + 1))
        values = [value for _, value in VALUES]
        cursor.execute(f"INSERT INTO sample (id, {', '.join(names)}) VALUES ({places})", (1, *map(sent, values)))
        assert cursor.rowcount == 1, cursor.rowcount
        cursor.execute("INSERT INTO sample (id) VALUES (2)")
        found = rows(cursor, f"SELECT {', '.join(names)} FROM sample ORDER BY id")
        assert found[0] == tuple(values), found[0]
        assert [type(value) for value in found[0]] == [type(value) for value in values]
        assert found[1] == (None,) * len(VALUES), found[1]
        for name, (_, value) in zip(names, VALUES):
            assert rows(cursor, f"SELECT id FROM sample WHERE {name} = %s", value) == [(1,)], name


def instants_have_their_zone():
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    moment = datetime.datetime(2024, 2, 29, 1, 2, 3, 456789, zone)
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE moments (at datetimeoffset(7) NOT NULL)")
        cursor.execute("INSERT INTO moments VALUES (%s)", (moment,))
        ((found,),) = rows(cursor, "SELECT at FROM moments")
        assert found == moment and found.utcoffset() == zone.utcoffset(None), found
        assert rows(cursor, "SELECT COUNT(*) FROM moments WHERE at = %s", moment.astimezone(datetime.timezone.utc)) == [(1,)]


def a_thousand_rows():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE numbers (number int NOT NULL PRIMARY KEY, name nvarchar(100))")
        for start in range(0, 1000, 100):
            values = ", ".join(f"({number}, N'number {number}')" for number in range(start, start + 100))
            cursor.execute(f"INSERT INTO numbers VALUES {values}")
            assert cursor.rowcount == 100
        found = rows(cursor, "SELECT number, name FROM numbers ORDER BY number")
        assert found == [(number, f"number {number}") for number in range(1000)]
        page = rows(cursor, "SELECT number FROM numbers ORDER BY number DESC OFFSET %s ROWS FETCH NEXT %s ROWS ONLY", 10, 3)
        assert page == [(989,), (988,), (987,)], page


def an_insert_gives_its_id():
    with connect() as connection, connection.cursor() as cursor:
        insert = "INSERT INTO app_user (username) OUTPUT INSERTED.user_id, INSERTED.username VALUES (%s)"
        ((first, name),) = rows(cursor, insert, "ada")
        ((second, _),) = rows(cursor, insert, "grace")
        assert second == first + 1 and name == "ada"
        cursor.execute("INSERT INTO app_user (username) VALUES (N'x'); SELECT SCOPE_IDENTITY()")
        cursor.nextset()
        assert cursor.fetchall() == [(second + 1,)]


def procedures():
    with connect() as connection, connection.cursor() as cursor:
        given = (21, pytds.output(param_type="bigint"), pytds.output("ab", "nvarchar(50)"))
        outputs = cursor.callproc("dbo.doubled", given)
        assert outputs[1:] == [42, "ab twice: abab"], outputs
        assert cursor.get_proc_return_status() == 7
        cursor.callproc("written_in_sql", {"@p_name": "ada"})
        assert [tuple(row) for row in cursor.fetchall()] == [("ada", 1)]
        assert cursor.get_proc_return_status() == 3
        fails(2812, lambda: cursor.callproc("dbo.unknown", ()))
        fails(201, lambda: cursor.callproc("dbo.doubled", ()))
        fails(8114, lambda: cursor.callproc("written_in_sql", {"@p_name": "ada", "@p_number": "x"}))
        error = fails(50123, lambda: cursor.callproc("dbo.throws", ()))
        assert error.procname == "dbo.throws", error.procname


def a_procedure_gives_results_and_outputs():
    with connect() as connection, connection.cursor() as cursor:
        # This client finds outputs only where they stand before all others.
        given = (pytds.output("welcome", "nvarchar(100)"), pytds.output(param_type="bigint"), "joan")
        cursor.callproc("dbo.hire", given)
        # What the INSERT counts comes first, as NOCOUNT is off.
        while cursor.description is None:
            assert cursor.nextset()
        ((user, name),) = cursor.fetchall()
        assert name == "joan"
        assert cursor.nextset()
        assert [tuple(row) for row in cursor.fetchall()] == [("clerk",), ("reader",)]
        assert not cursor.nextset()
        assert cursor.get_proc_outputs() == ["welcome, joan", user], cursor.get_proc_outputs()
        assert cursor.get_proc_return_status() == 5
        # The same from T-SQL, whose results come first.
        cursor.execute(
            "SET NOCOUNT ON; DECLARE @rc int, @said nvarchar(100) = N'hi', @id bigint;"
            " EXEC @rc = dbo.hire @name = N'alan', @greeting = @said OUTPUT, @id = @id OUTPUT; SELECT @rc, @said, @id"
        )
        for _ in range(2):
            assert cursor.fetchall() and cursor.nextset()
        assert [tuple(row) for row in cursor.fetchall()] == [(5, "hi, alan", user + 1)]
        assert rows(cursor, "SELECT role_id FROM dbo.roles_named(%s)", "Clerk") == [("clerk",)]
        error = fails(2627, lambda: cursor.callproc("dbo.hire", given))
        assert error.procname == "dbo.hire", error.procname


def two_results():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 AS a; SELECT N'x' AS b, 2 AS c")
        assert cursor.fetchall() == [(1,)] and [column[0] for column in cursor.description] == ["a"]
        assert cursor.nextset()
        assert cursor.fetchall() == [("x", 2)] and [column[0] for column in cursor.description] == ["b", "c"]
        assert not cursor.nextset()


def violations():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO app_user (username) VALUES (%s)", ("once",))
        error = fails(2627, lambda: cursor.execute("INSERT INTO app_user (username) VALUES (%s)", ("ONCE",)))
        assert "'app_user_username'" in str(error) and "(ONCE)" in str(error), error
        fails(515, lambda: cursor.execute("INSERT INTO app_user (username) VALUES (NULL)"))
        error = fails(547, lambda: cursor.execute("INSERT INTO user_role VALUES (%s, %s)", (1, "nothing")))
        assert '"user_role_role"' in str(error), error
        fails(2628, lambda: cursor.execute("INSERT INTO app_user (username) VALUES (%s)", ("x" * 501,)))
        fails(208, lambda: cursor.execute("SELECT * FROM nothing"))
        fails(207, lambda: cursor.execute("SELECT nothing FROM app_user"))
        fails(245, lambda: cursor.execute("SELECT * FROM app_user WHERE user_id = CAST(%s AS int)", ("x",)))


def transactions():
    with connect(autocommit=False) as connection, connection.cursor() as cursor, connect() as other:
        count = "SELECT COUNT(*) FROM app_user WHERE username = N'in doubt'"
        with other.cursor() as outside:
            cursor.execute("INSERT INTO app_user (username) VALUES (N'in doubt')")
            assert rows(outside, count) == [(0,)]
            connection.rollback()
            assert rows(cursor, count) == [(0,)]
            cursor.execute("INSERT INTO app_user (username) VALUES (N'in doubt')")
            connection.commit()
            assert rows(outside, count) == [(1,)]
            outside.execute("BEGIN TRAN; DELETE FROM app_user WHERE username = N'in doubt'; ROLLBACK")
            assert rows(outside, count + "; SELECT @@TRANCOUNT") == [(1,)]


def cancels():
    with connect(timeout=1) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("WAITFOR DELAY '00:01:00'")
        except TimeoutError:
            pass
        else:
            raise AssertionError("a minute should be longer than a second")
        # It has sent its attention, and waits for the answer first. A second may be short for that on a busy machine.
        for _ in range(30):
            try:
                assert rows(cursor, "SELECT 5") == [(5,)]
                break
            except TimeoutError:
                pass
        else:
            raise AssertionError("nothing is answered any more")


CHECKS = [
    connects,
    refuses_a_wrong_password,
    encrypts,
    values_keep_their_types,
    instants_have_their_zone,
    a_thousand_rows,
    an_insert_gives_its_id,
    procedures,
    a_procedure_gives_results_and_outputs,
    two_results,
    violations,
    transactions,
    cancels,
]

for check in CHECKS:
    check()
    print(check.__name__, flush=True)
