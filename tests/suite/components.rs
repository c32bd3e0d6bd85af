//! Where the components of the tests are. One that `tests/build.rs` builds and that is not named here does not compile, and
//! neither does one that is named here and not used.

#![deny(dead_code)]

/// A constant with the path of each. (A macro of another crate would keep the compiler from seeing what is dead.)
macro_rules! components {
    ($($name:ident),+ $(,)?) => {
        $(
            pub const $name: &str = portcullis_tests::component_path!($name);
        )+
        const _: () = assert!(
            [$(stringify!($name)),+].len() == portcullis_tests::COMPONENTS,
            "a component that tests/build.rs builds is not named here"
        );
    };
}

components!(
    COUNTING,
    DATABASE_ACCOUNTS,
    DEPARTMENT_ROLES,
    DYNAMIC_SQL,
    EMITTING,
    ENDLESS_LOOP,
    ENDLESS_PREPARE,
    ENRICHING,
    EVERYBODY,
    GAMBLER,
    GIANT_ANSWER,
    HOARDING,
    HOSTILE,
    ILLEGAL_STATUS,
    LEGACY_PASSWORDS,
    LOGIN_NAMES,
    LOG_FLOOD,
    LOOKUP,
    LYING,
    MALFORMED_ROWS,
    MEMORY_BOMB,
    NORMALISE_NAMES,
    PACKED_ARGUMENTS,
    PEEPING,
    PEEPING_LOGGER,
    REMEMBERS,
    ROLE_AUDIT,
    SLOW_STATEMENT,
    STACK_OVERFLOW,
    STDERR,
    TOO_MANY_ROWS,
    TOO_MANY_STATEMENTS,
    TRAP,
    TWISTING,
    UNLAWFUL,
    UNPLANNED,
    WRONG_EFFECT,
);
