//! Phone numbers as they can be dialled from anywhere.

/// The number in the form of ITU-T E.164; `None`: it is none, or has an extension.
pub fn e164(text: &str, country: &str, trunk: &str) -> Option<String> {
    let text = text.trim();
    let mut number = text.strip_prefix("tel:").unwrap_or(text).to_owned();
    if number.starts_with('+') || number.starts_with("00") {
        // As in +44 (0)20 7946 0958.
        number = number.replacen(&format!("({trunk})"), "", 1);
    }
    number.retain(|character| !" \u{a0}\t-./()".contains(character));
    let number = match (number.strip_prefix('+'), number.strip_prefix("00")) {
        (Some(rest), _) | (None, Some(rest)) => rest.to_owned(),
        (None, None) => format!("{country}{}", number.strip_prefix(trunk).unwrap_or(&number)),
    };
    let right = (7..=15).contains(&number.len()) && !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| format!("+{number}"))
}

#[cfg(test)]
mod tests {
    use super::e164;

    #[test]
    fn is_what_can_be_dialled_from_anywhere() {
        for text in [
            "020 7946 0958",
            "+44 (0)20 7946-0958",
            "0044 20 7946.0958",
            "tel:+442079460958",
            "20/79460958",
        ] {
            assert_eq!(e164(text, "44", "0").as_deref(), Some("+442079460958"), "{text}");
        }
        for text in ["", "ext. 12", "+44 20", "+0 123 456 789", "+44 2079460958 9460958"] {
            assert_eq!(e164(text, "44", "0"), None, "{text}");
        }
    }
}
