//! Which known names are near to one that isn't: what somebody who mistyped reads first.

/// How many names are proposed.
const PROPOSALS: usize = 3;

/// Names less alike than this aren't proposed.
const ALIKE: f64 = 0.84;

/// `; did you mean …?`, or nothing when nothing is near.
pub fn suggestion(unknown: &str, known: impl IntoIterator<Item = String>) -> String {
    let wanted = unknown.to_ascii_lowercase();
    let mut near: Vec<(f64, String)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_ascii_lowercase()), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let names: Vec<String> = near
        .into_iter()
        .take(PROPOSALS)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        several => format!("; did you mean one of {}?", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::suggestion;

    fn known() -> Vec<String> {
        ["userName", "nickName", "displayName", "emails"].map(str::to_owned).into()
    }

    #[test]
    fn proposes_what_is_alike() {
        assert_eq!(suggestion("usrName", known()), "; did you mean `userName`?");
        assert_eq!(suggestion("EMAIL", known()), "; did you mean `emails`?");
    }

    #[test]
    fn proposes_nothing_when_nothing_is_alike() {
        assert_eq!(suggestion("colour", known()), "");
    }
}
