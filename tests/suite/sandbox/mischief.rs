//! The bad things that `tests/fixtures/examples/hostile.rs` does when it is asked, and what each comes to. Parts of the suite and of the
//! benchmarks.

use portcullis_tests::Builder;

/// What a bad thing of a read comes to: the status, and what the answer says.
pub const READS: [(&str, u16, &str); 48] = [
    ("use-cpu", 500, "`cpu = 250ms`"),
    ("use-cpu-by-logging", 500, "`cpu = 250ms`"),
    ("use-cpu-by-refusals", 500, "`statements = 8`"),
    ("use-statements", 500, "`statements = 8`"),
    ("use-memory", 500, "`memory = 8MiB`"),
    ("use-memory-bit-by-bit", 500, "`memory = 8MiB`"),
    ("use-stack", 500, "out of bounds memory access"),
    ("use-rows", 500, "`rows = 40`"),
    ("use-magic", 500, "it knows no such thing"),
    ("end-with-a-trap", 500, "crashed in run"),
    ("end-with-a-panic", 500, "crashed in run"),
    ("end-outside-of-an-array", 500, "crashed in run"),
    ("end-in-an-allocation", 500, "`memory = 8MiB`"),
    ("log-a-flood", 400, "logged"),
    ("log-megabytes", 500, "`transfer = 1MiB`"),
    ("log-a-forged-line", 400, "logged"),
    ("ask-for-the-unplanned", 400, "NotPlanned"),
    ("ask-to-read-a-write", 400, "NotPlanned"),
    ("ask-to-write-a-read", 400, "NotPlanned"),
    ("ask-for-a-name-of-sql", 400, "NotPlanned"),
    ("ask-for-megabytes-of-name", 500, "`transfer = 1MiB`"),
    ("bind-a-giant", 500, "`transfer = 1MiB`"),
    ("bind-deep-json", 400, "done"),
    ("bind-no-number", 400, "done"),
    ("bind-no-date", 400, "done"),
    ("bind-a-stranger", 400, "done"),
    ("bind-many", 500, "limit"),
    ("put-columns-twice", 500, "broke its contract"),
    ("put-rows-without-columns", 500, "broke its contract"),
    ("put-columns-after-rows", 500, "broke its contract"),
    ("put-rows-too-wide", 500, "broke its contract"),
    ("put-rows-too-narrow", 500, "broke its contract"),
    ("put-somebody-else", 404, "does not exist"),
    ("put-nobody", 500, "no user id"),
    ("put-no-end", 500, "limit"),
    ("put-megabytes", 500, "limit"),
    ("put-columns-without-number", 500, "limit"),
    ("put-no-date", 500, "does not hold a date with time"),
    ("put-no-state", 200, "\"active\":false"),
    ("put-control-characters", 200, "a\\u0000\\u001b[2J\\r\\nSet-Cookie"),
    ("put-a-stranger", 200, "\\u0000"),
    ("say-status-0", 500, "status 0"),
    ("say-status-200", 500, "status 200"),
    ("say-status-65535", 500, "status 65535"),
    ("say-megabytes", 500, "`transfer = 1MiB`"),
    ("say-lines", 400, "one"),
    ("do-nothing", 500, "it knows no such thing"),
    ("nothing", 500, "it knows no such thing"),
];

/// The same of a write; none of it may change anybody.
pub const WRITES: [(&str, u16, &str); 9] = [
    ("write-and-traps", 500, "crashed in run"),
    ("write-and-spins", 500, "`cpu = 250ms`"),
    ("write-and-fails", 400, "changed its mind"),
    ("write-too-many", 500, "exactly 1 row"),
    ("write-without-end", 500, "`statements = 8`"),
    ("write-and-an-id", 500, "`transfer = 1MiB`"),
    ("write-too-few", 500, "nobody-planned-this"),
    ("use-cpu", 500, "`cpu = 250ms`"),
    ("ask-to-read-a-write", 400, "NotPlanned"),
];

const LIMITS: &str = "limits = { cpu = \"250ms\", statements = 8, memory = \"8MiB\", rows = 40, transfer = \"1MiB\" }";

/// Serves the application's tables twice more: as `reading`, where the bad component gets users by id, and as `writing`, where it
/// changes them.
pub fn besiege(builder: Builder, component: &str) -> Builder {
    builder
        .with_plugin("hostile", component, LIMITS)
        .with_other("reading", "[operations.get-user]\nplugin = \"hostile\"")
        .without_in("reading", "operations.get-user.sql")
        .without_in("reading", "entitlements")
        .with_other("writing", "[operations.update-user]\nplugin = \"hostile\"")
        .without_in("writing", "operations.update-user.sql")
}
