//! The functions that a statement may call, and what is known of their results without calling them.

use crate::Type;

/// Words that stand before a bracket and are no function.
const BEFORE_BRACKETS: &str = "ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FETCH FROM HAVING IN INTERSECT INTO IS JOIN KEY \
     LIKE MINUS NEXT FIRST NOT OFFSET ON OR OVER PARTITION RETURNING SELECT SET THEN UNION UNIQUE USING VALUES WHEN \
     WHERE WITH";

const FUNCTIONS: &str = "ABS AVG CAST CEIL COALESCE CONCAT COUNT DECODE DENSE_RANK FLOOR HEXTORAW INSTR LENGTH LOWER LPAD LTRIM MAX MIN \
     MOD NULLIF NVL NVL2 ORA_PART RANK RAWTOHEX REPLACE ROUND ROW_NUMBER RTRIM SIGN SUBSTR SUM SYS_CONTEXT SYS_GUID \
     TO_CHAR TO_DATE TO_NUMBER TO_TIMESTAMP TO_TIMESTAMP_TZ TRIM UPPER";

pub(super) fn is_function(word: &str) -> bool {
    FUNCTIONS.split(' ').any(|own| own == word)
}

/// Whether Oracle has such a function, and this peer has not.
pub(super) fn is_oracles(word: &str) -> bool {
    const SOME: [&str; 14] = [
        "ADD_MONTHS",
        "EXTRACT",
        "FIRST_VALUE",
        "FROM_TZ",
        "GREATEST",
        "INITCAP",
        "LEAST",
        "LISTAGG",
        "LNNVL",
        "RPAD",
        "ROWIDTOCHAR",
        "TRANSLATE",
        "TRUNC",
        "XMLTYPE",
    ];
    SOME.contains(&word)
        || ["JSON_", "REGEXP_", "DBMS_", "UTL_", "STANDARD_", "SYS_"]
            .iter()
            .any(|start| word.starts_with(start))
}

pub(super) fn stands_before_brackets(word: &str) -> bool {
    BEFORE_BRACKETS.split(' ').any(|own| own == word)
}

/// The type of what a function or a word without arguments gives, where it is always the same.
pub(super) fn result(word: &str) -> Option<Type> {
    Some(match word {
        "ABS" | "AVG" | "CEIL" | "COUNT" | "DENSE_RANK" | "FLOOR" | "INSTR" | "LENGTH" | "MOD" | "RANK" | "ROUND"
        | "ROW_NUMBER" | "SIGN" | "SUM" | "TO_NUMBER" => Type::Number,
        "CONCAT" | "LOWER" | "LPAD" | "LTRIM" | "RAWTOHEX" | "REPLACE" | "RTRIM" | "SUBSTR" | "SYS_CONTEXT" | "TO_CHAR"
        | "TRIM" | "UPPER" | "USER" => Type::Varchar,
        "SYSDATE" | "CURRENT_DATE" | "TO_DATE" => Type::Date,
        "LOCALTIMESTAMP" | "TO_TIMESTAMP" => Type::Timestamp,
        "CURRENT_TIMESTAMP" | "SYSTIMESTAMP" | "TO_TIMESTAMP_TZ" => Type::TimestampTz,
        "HEXTORAW" | "SYS_GUID" => Type::Raw,
        _ => return None,
    })
}

/// What a word without arguments is in SQLite, if it is a call.
pub(super) fn call(word: &str) -> Option<&'static str> {
    Some(match word {
        "SYSDATE" | "CURRENT_DATE" => "ORA_TODAY()",
        "SYSTIMESTAMP" | "CURRENT_TIMESTAMP" | "LOCALTIMESTAMP" => "ORA_NOW()",
        "USER" => "ORA_USER()",
        _ => return None,
    })
}
