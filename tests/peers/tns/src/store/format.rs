//! The formats of `TO_CHAR`, `TO_DATE` and `TO_TIMESTAMP`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::Failure;

/// A part of a format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part<'f> {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// With as many digits.
    Fraction(usize),
    ZoneHour,
    ZoneMinute,
    Literal(&'f str),
}

const PARTS: [(&str, Part<'static>); 9] = [
    ("YYYY", Part::Year),
    ("HH24", Part::Hour),
    ("MM", Part::Month),
    ("DD", Part::Day),
    ("MI", Part::Minute),
    ("SS", Part::Second),
    ("TZH", Part::ZoneHour),
    ("TZM", Part::ZoneMinute),
    ("FF", Part::Fraction(6)),
];

fn parts(format: &str) -> Result<Vec<Part<'_>>, Failure> {
    let mut parts = Vec::new();
    let mut rest = format;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let unended = || Failure::new(1821, "date format not recognized");
            let (literal, after) = quoted.split_once('"').ok_or_else(unended)?;
            parts.push(Part::Literal(literal));
            rest = after;
            continue;
        }
        let upper = rest.to_ascii_uppercase();
        let known = PARTS.iter().find(|(name, _)| upper.starts_with(name));
        if let Some((name, part)) = known {
            rest = rest.get(name.len()..).unwrap_or_default();
            let digits = rest
                .chars()
                .next()
                .and_then(|digit| digit.to_digit(10))
                .filter(|_| *name == "FF");
            parts.push(match digits {
                Some(digits) => {
                    rest = rest.get(1..).unwrap_or_default();
                    Part::Fraction(usize::try_from(digits).unwrap_or(6))
                }
                None => *part,
            });
            continue;
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let (sign, after) = rest.split_at_checked(first).unwrap_or((rest, ""));
        if sign.chars().all(char::is_alphanumeric) {
            return Err(Failure::unsupported(format_args!("the date format {format}")));
        }
        parts.push(Part::Literal(sign));
        rest = after;
    }
    Ok(parts)
}

/// # Errors
/// The format is not understood.
pub(super) fn write(moment: NaiveDateTime, format: &str) -> Result<String, Failure> {
    let mut text = String::new();
    for part in parts(format)? {
        text.push_str(&match part {
            Part::Year => format!("{:04}", moment.year()),
            Part::Month => format!("{:02}", moment.month()),
            Part::Day => format!("{:02}", moment.day()),
            Part::Hour => format!("{:02}", moment.hour()),
            Part::Minute => format!("{:02}", moment.minute()),
            Part::Second => format!("{:02}", moment.second()),
            Part::Fraction(digits) => format!("{:09}", moment.nanosecond()).chars().take(digits).collect(),
            Part::ZoneHour => "+00".to_owned(),
            Part::ZoneMinute => "00".to_owned(),
            Part::Literal(literal) => literal.to_owned(),
        });
    }
    Ok(text)
}

/// # Errors
/// The format is not understood, or the text is not written so.
pub(super) fn read(text: &str, format: &str) -> Result<NaiveDateTime, Failure> {
    let wrong = || Failure::new(1861, "literal does not match format string");
    let (mut year, mut month, mut day) = (None, 1, 1);
    let (mut hour, mut minute, mut second, mut nanoseconds) = (0, 0, 0, 0);
    let (mut zone, mut west) = (0_i64, false);
    let mut rest = text;
    for part in parts(format)? {
        // What is left out at the end, of the time, is zero.
        if rest.is_empty() && year.is_some() {
            break;
        }
        let mut digits = |most: usize| {
            let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
            let (taken, after) = rest.split_at_checked(count).filter(|_| count > 0).ok_or_else(wrong)?;
            rest = after;
            taken.parse::<u32>().map(|number| (number, count)).map_err(|_| wrong())
        };
        match part {
            Part::Year => year = Some(digits(4)?.0),
            Part::Month => month = digits(2)?.0,
            Part::Day => day = digits(2)?.0,
            Part::Hour => hour = digits(2)?.0,
            Part::Minute => minute = digits(2)?.0,
            Part::Second => second = digits(2)?.0,
            Part::Fraction(_) => {
                let (number, count) = digits(9)?;
                nanoseconds = (count..9).fold(number, |number, _| number * 10);
            }
            Part::ZoneHour => {
                west = rest.starts_with('-');
                rest = rest.strip_prefix(['+', '-']).ok_or_else(wrong)?;
                let count = 2.min(rest.len());
                let (hours, after) = rest.split_at_checked(count).ok_or_else(wrong)?;
                zone += hours.parse::<i64>().map_err(|_| wrong())? * 60;
                rest = after;
            }
            Part::ZoneMinute => zone += i64::from(digits(2)?.0),
            Part::Literal(literal) => rest = rest.strip_prefix(literal).ok_or_else(wrong)?,
        }
    }
    if !rest.is_empty() {
        return Err(Failure::new(
            1830,
            "date format picture ends before converting entire input string",
        ));
    }
    let year = year.and_then(|year| i32::try_from(year).ok()).ok_or_else(wrong)?;
    let local = NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|date| date.and_hms_nano_opt(hour, minute, second, nanoseconds))
        .ok_or_else(|| Failure::new(1847, "day of month must be between 1 and last day of month"))?;
    let zone = chrono::TimeDelta::minutes(if west { -zone } else { zone });
    local.checked_sub_signed(zone).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let format = r#"YYYY-MM-DD"T"HH24:MI:SS.FF3TZH:TZM"#;
        let moment = read("2024-02-29T23:59:58.120+02:00", format).unwrap();
        assert_eq!(write(moment, format).unwrap(), "2024-02-29T21:59:58.120+00:00");
        assert_eq!(read("2024-02-30", "YYYY-MM-DD").unwrap_err().code, 1847);
        assert_eq!(read("2024/02/01", "YYYY-MM-DD").unwrap_err().code, 1861);
        assert_eq!(
            read("2024-02-01", "YYYY-MM-DD HH24:MI:SS.FF"),
            read("2024-02-01 00:00", "YYYY-MM-DD HH24:MI")
        );
        assert_eq!(read("2024-02-01 1", "YYYY-MM-DD").unwrap_err().code, 1830);
        assert_eq!(write(moment, "DD-MON-RR").unwrap_err().code, 3001);
    }
}
