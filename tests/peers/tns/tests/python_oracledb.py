"""What python-oracledb in its thin mode, which nobody here wrote, makes of the peer.

Arguments: the ports without and with TLS, the user, the service, the SID, and the directory of a wallet with the peer's
certificate. The password is read from the standard input. Prints the name of each check that holds; the first one that does
not ends it.
"""

import datetime
import decimal
import faulthandler
import sys
import threading

import oracledb

# Rather than to wait for ever.
faulthandler.dump_traceback_later(240, exit=True)

PORT, ENCRYPTED, USER, SERVICE, SID, WALLET = sys.argv[1:]
# Milliseconds after which a call is broken off. The client gives the server as long again to say that it is.
SOON = 2000
PASSWORD = sys.stdin.readline().rstrip("\n")
MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 58, 123456)

oracledb.defaults.fetch_decimals = True
# The peer has no locators: what is long comes as LONG.
oracledb.defaults.fetch_lobs = False


def connect(**other):
    settings = dict(user=USER, password=PASSWORD, host="127.0.0.1", port=int(PORT), service_name=SERVICE, tcp_connect_timeout=10)
    return oracledb.connect(**{name: value for name, value in {**settings, **other}.items() if value is not None})


def fails(code, do, *arguments, **named):
    try:
        do(*arguments, **named)
    except oracledb.Error as error:
        (said,) = error.args
        found = said.full_code
        assert found == code, f"{found} instead of {code}: {said.message}"
        return said
    raise AssertionError(f"{code} was expected, and nothing happened")


def rows(cursor, sql, parameters=None):
    cursor.execute(sql, parameters or [])
    return cursor.fetchall()


def connects_by_service_and_by_sid():
    with connect() as connection:
        assert connection.thin and connection.version == "19.3.0.0.0", connection.version
        assert connection.service_name == SERVICE
        connection.ping()
    with connect(service_name=None, sid=SID) as connection:
        assert rows(connection.cursor(), "SELECT USER FROM dual") == [(USER.upper(),)]


def refuses_what_it_does_not_know():
    # Listener errors are the driver's own, behind which it names Oracle's.
    assert "ORA-12514" in str(fails("DPY-6005", connect, service_name="nope"))
    assert "ORA-12505" in str(fails("DPY-6005", connect, service_name=None, sid="nope"))


def refuses_a_wrong_password():
    for wrong in (dict(password=PASSWORD + "x"), dict(password="x"), dict(user="nobody")):
        said = fails("ORA-01017", connect, **wrong)
        assert PASSWORD not in said.message


def encrypts():
    with connect(port=int(ENCRYPTED), protocol="tcps", wallet_location=WALLET, ssl_server_dn_match=False) as connection:
        assert rows(connection.cursor(), "SELECT 'x' FROM dual") == [("x",)]


def values_keep_their_types():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE typed (n NUMBER, d NUMBER(12, 2), f BINARY_DOUBLE, c VARCHAR2(50 CHAR), u NVARCHAR2(50), "
                       "r RAW(20), h DATE, t TIMESTAMP(6), z TIMESTAMP WITH TIME ZONE)")
        names = "n, d, f, c, u, r, h, t, z"
        sent = [
            (1, decimal.Decimal("12.34"), 0.5, "jürgen 'x'", "日本", b"\x00\xff", MOMENT.replace(microsecond=0), MOMENT, MOMENT),
            (-(10**20), decimal.Decimal("-0.05"), -1.5, "x" * 50, "ä", b"a" * 20, datetime.datetime(1, 1, 1), MOMENT, None),
            (None,) * 9,
        ]
        cursor.setinputsizes(None, None, oracledb.DB_TYPE_BINARY_DOUBLE, None, oracledb.DB_TYPE_NVARCHAR, None,
                             oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP, oracledb.DB_TYPE_TIMESTAMP_TZ)
        cursor.executemany(f"INSERT INTO typed ({names}) VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9)", sent)
        assert cursor.rowcount == 3
        found = rows(cursor, f"SELECT {names} FROM typed ORDER BY n DESC NULLS LAST")
        for one, other in zip(found, sent):
            # In UTC, in which the session was.
            assert one == other, f"{one} instead of {other}"
        kinds = [column.type_code.name for column in cursor.description]
        assert kinds == ["DB_TYPE_NUMBER", "DB_TYPE_NUMBER", "DB_TYPE_BINARY_DOUBLE", "DB_TYPE_VARCHAR", "DB_TYPE_NVARCHAR",
                         "DB_TYPE_RAW", "DB_TYPE_DATE", "DB_TYPE_TIMESTAMP", "DB_TYPE_TIMESTAMP_TZ"], kinds
        shape = [(column.name, column.precision, column.scale, column.display_size) for column in cursor.description[:2]]
        assert shape == [("N", 0, -127, 127), ("D", 12, 2, 16)], shape
        # Rounded to its scale, as text made a number, and no empty strings.
        cursor.execute("INSERT INTO typed (d, n, c) VALUES (:1, :2, :3)", [decimal.Decimal("1.005"), "42", ""])
        assert rows(cursor, "SELECT d, n FROM typed WHERE c IS NULL AND n = :1", ["42"]) == [(decimal.Decimal("1.01"), 42)]
        for code, column, value in (
            ("ORA-12899", "c", "x" * 51),
            ("ORA-01438", "d", 10**10),
            ("ORA-01722", "n", "many"),
            ("ORA-01861", "h", "soon"),
        ):
            fails(code, cursor.execute, f"INSERT INTO typed ({column}) VALUES (:1)", [value])
        assert cursor.parse("SELECT c, COUNT(*) FROM typed GROUP BY c") is None
        assert [column.name for column in cursor.description] == ["C", "COUNT(*)"]


def long_values():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE documents (id NUMBER(9), c CLOB, n NCLOB, b BLOB)")
        sent = [(1, "ä" * 40_000, "日" * 3_000, bytes(range(256)) * 300), (2, None, None, None), (3, "short", "x", b"\x00")]
        cursor.executemany("INSERT INTO documents (id, c, n, b) VALUES (:1, :2, :3, :4)", sent)
        cursor.arraysize, cursor.prefetchrows = 2, 2
        for _ in range(2):
            found = rows(cursor, "SELECT id, c, n, b FROM documents ORDER BY id")
            assert found == sent, [[str(value)[:20] for value in row] for row in found]
        kinds = [column.type_code.name for column in cursor.description]
        assert kinds == ["DB_TYPE_NUMBER", "DB_TYPE_LONG", "DB_TYPE_LONG_NVARCHAR", "DB_TYPE_LONG_RAW"], kinds
        assert rows(cursor, "SELECT id FROM documents WHERE c LIKE :1 AND LENGTH(n) = 1", ["sh%"]) == [(3,)]
        # They can't be compared, nor sorted by.
        for condition in ("WHERE c = :1", "WHERE LOWER(d.c) = LOWER(:1)", "WHERE :1 IS NULL ORDER BY d.c"):
            fails("ORA-00932", cursor.execute, f"SELECT id FROM documents d {condition}", ["short"])
        cursor.execute("UPDATE documents SET c = :1, b = :2 WHERE id = 3", ["longer " * 10_000, None])
        assert rows(cursor, "SELECT c, b FROM documents WHERE id = 3") == [("longer " * 10_000, None)]
        connection.rollback()


def a_thousand_rows():
    with connect() as connection, connection.cursor() as cursor:
        names = [(f"name {number:04}",) for number in range(1000)]
        cursor.executemany("INSERT INTO app_user (username) VALUES (:1)", names)
        assert cursor.rowcount == 1000
        cursor.arraysize, cursor.prefetchrows = 70, 3
        for _ in range(2):
            # The second time it is executed again by its number.
            found = rows(cursor, "SELECT username FROM app_user WHERE username LIKE 'name %' ORDER BY username")
            assert found == names, len(found)
        page = "SELECT username FROM app_user ORDER BY username OFFSET :1 ROWS FETCH NEXT :2 ROWS ONLY"
        assert rows(cursor, page, [998, 10]) == names[998:]
        connection.rollback()
        assert rows(cursor, "SELECT COUNT(*) FROM app_user") == [(0,)]


def an_insert_gives_its_id():
    with connect() as connection, connection.cursor() as cursor:
        number, name = cursor.var(int), cursor.var(str)
        insert = "INSERT INTO app_user (username) VALUES (:name) RETURNING user_id, username INTO :id, :returned"
        cursor.execute(insert, name="ann", id=number, returned=name)
        (first,) = number.getvalue()
        assert first > 0 and name.getvalue() == ["ann"] and cursor.rowcount == 1
        cursor.execute(insert, name="bob", id=number, returned=name)
        assert number.getvalue() == [first + 1]
        cursor.execute("UPDATE app_user SET username = username || '!' WHERE user_id >= :1 RETURNING user_id INTO :2", [first, number])
        assert cursor.rowcount == 2 and sorted(number.getvalue()) == [first, first + 1]
        assert rows(cursor, "SELECT username FROM app_user ORDER BY 1") == [("ann!",), ("bob!",)]
        connection.rollback()


def procedures():
    with connect() as connection, connection.cursor() as cursor:
        double, text, found = cursor.var(int), cursor.var(str), connection.cursor()
        text.setvalue(0, "in")
        block = f"BEGIN {USER}.doubled(p_number => :1, p_double => :2, p_text => :3, p_rows => :4); END;"
        for number in (21, 4):
            cursor.execute(block, [number, double, text, found])
            assert double.getvalue() == number * 2
            assert found.fetchall() == [(number, "row")], number
        assert text.getvalue() == "in!!"
        assert cursor.callfunc("is_even", bool, [4]) is True and cursor.callfunc("is_even", bool, [3]) is False
        assert cursor.callfunc("is_even", bool, [None]) is None
        cursor.execute("CALL is_even(:1) INTO :2", [2, cursor.var(bool)])
        assert "told so" in fails("ORA-20001", cursor.callproc, "throws").message
        fails("ORA-06550", cursor.callproc, "nowhere")
        fails("ORA-06550", cursor.callproc, "doubled", [1])
        short = cursor.var(str, size=2)
        # Eight bytes are all that it declares.
        short.setvalue(0, "😀😀")
        fails("ORA-06502", cursor.execute, block, [1, double, short, found])
        cursor.execute("BEGIN OPEN :1 FOR SELECT username FROM app_user WHERE user_id > :2; END;", [found, -1])
        assert found.fetchall() == []


def violations():
    with connect() as connection, connection.cursor() as cursor:
        number = cursor.var(int)
        insert = "INSERT INTO app_user (username, boss_id) VALUES (:1, :2)"
        cursor.execute("INSERT INTO app_user (username) VALUES ('chief') RETURNING user_id INTO :1", [number])
        (chief,) = number.getvalue()
        cursor.execute(insert, ["clerk", chief])
        for code, name, sql, values in (
            ("ORA-00001", "APP_USER_NAME", insert, ["chief", None]),
            ("ORA-01400", '"APP_USER"."USERNAME"', insert, [None, None]),
            ("ORA-01407", '"APP_USER"."USERNAME"', "UPDATE app_user SET username = NULL", []),
            ("ORA-02291", "APP_USER_BOSS", insert, ["x", 999_999]),
            ("ORA-02292", "APP_USER_BOSS", "DELETE FROM app_user WHERE user_id = :1", [chief]),
            ("ORA-02290", "APP_USER_STATUS", "UPDATE app_user SET status = 'LOST'", []),
            ("ORA-12899", '"APP_USER"."USERNAME"', insert, ["x" * 51, None]),
            ("ORA-00942", "", "SELECT 1 FROM nowhere", []),
            ("ORA-00904", '"NOTHING"', "SELECT nothing FROM app_user", []),
            ("ORA-00904", '"username"', 'SELECT "username" FROM app_user', []),
            ("ORA-00923", "", "SELECT 1", []),
            ("ORA-00933", "", "SELECT username FROM app_user LIMIT 1", []),
            ("ORA-03001", "", "SELECT username FROM app_user WHERE ROWNUM < 2", []),
            ("ORA-00933", "", "INSERT INTO app_user (username) VALUES (:1), ('y') RETURNING user_id INTO :2", ["x", number]),
        ):
            said = fails(code, cursor.execute, sql, values)
            assert name in said.message, said.message
        # Each failed by itself.
        assert rows(cursor, "SELECT username FROM app_user ORDER BY user_id") == [("chief",), ("clerk",)]
        connection.rollback()


def rights():
    with connect(user="reader") as connection, connection.cursor() as cursor:
        assert rows(cursor, f"SELECT COUNT(*) FROM {USER}.app_user") == [(0,)]
        fails("ORA-01031", cursor.execute, f"INSERT INTO {USER}.app_user (username) VALUES ('x')")
        fails("ORA-00942", cursor.execute, f"SELECT * FROM {USER}.typed")


def transactions():
    with connect() as one, connect() as other:
        mine, theirs = one.cursor(), other.cursor()
        count = "SELECT COUNT(*) FROM app_user"
        mine.execute("INSERT INTO app_user (username) VALUES ('mine')")
        assert one.transaction_in_progress and not other.transaction_in_progress
        assert rows(mine, count) == [(1,)] and rows(theirs, count) == [(0,)]
        # Who changes something too waits, and no longer than it wants to.
        other.call_timeout = SOON
        fails("DPY-4024", theirs.execute, "INSERT INTO app_user (username) VALUES ('theirs')")
        other.call_timeout = 0
        one.commit()
        assert not one.transaction_in_progress
        theirs.execute("INSERT INTO app_user (username) VALUES ('theirs')")
        other.rollback()
        assert rows(theirs, count) == [(1,)]
        theirs.execute("SET TRANSACTION READ ONLY")
        fails("ORA-01456", theirs.execute, "DELETE FROM app_user")
        other.rollback()
        theirs.execute("DELETE FROM app_user")
        other.commit()
    with connect() as connection:
        # What isn't committed goes with its connection.
        connection.cursor().execute("INSERT INTO app_user (username) VALUES ('lost')")
    with connect() as connection:
        assert rows(connection.cursor(), "SELECT COUNT(*) FROM app_user") == [(0,)]


def breaks():
    with connect() as connection, connection.cursor() as cursor:
        asleep = "BEGIN DBMS_SESSION.SLEEP(:1); END;"
        connection.call_timeout = SOON
        fails("DPY-4024", cursor.execute, asleep, [60])
        connection.call_timeout = 0
        timer = threading.Timer(0.1, connection.cancel)
        timer.start()
        fails("ORA-01013", cursor.execute, asleep, [60])
        timer.join()
        # A query too, and not the transaction that it is in.
        cursor.execute("CREATE TABLE numbers (n NUMBER)")
        cursor.execute("INSERT INTO app_user (username) VALUES ('kept')")
        cursor.executemany("INSERT INTO numbers (n) VALUES (:1)", [(number,) for number in range(300)])
        connection.call_timeout = SOON
        fails("DPY-4024", cursor.execute, "SELECT COUNT(*) FROM numbers a, numbers b, numbers c, numbers d, numbers e")
        connection.call_timeout = 0
        assert rows(cursor, "SELECT COUNT(*) FROM numbers") == [(300,)]
        # The transaction goes on.
        assert rows(cursor, "SELECT username FROM app_user") == [("kept",)]
        connection.rollback()
        fails("ORA-00060", cursor.execute, "UPDATE app_user SET username = 'deadlock'")
        connection.ping()


for check in (
    connects_by_service_and_by_sid,
    refuses_what_it_does_not_know,
    refuses_a_wrong_password,
    encrypts,
    values_keep_their_types,
    long_values,
    a_thousand_rows,
    an_insert_gives_its_id,
    procedures,
    violations,
    rights,
    transactions,
    breaks,
):
    check()
    print(check.__name__, flush=True)
