//! What somebody probably meant to write.

/// The candidate nearest to a word, if one is near. Letters' case and `_` for `-` make no difference.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let word = plain(word);
    let far = 1 + word.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= far && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `write X instead`, or all that could be written.
pub fn suggest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str> + Clone, what: &str) -> String {
    match nearest(word, candidates.clone()) {
        Some(candidate) => format!("write `{candidate}` instead"),
        None => {
            let all: Vec<_> = candidates.into_iter().map(|candidate| format!("`{candidate}`")).collect();
            match all.as_slice() {
                [] => "remove it".to_owned(),
                _ => format!("{what}: {}", all.join(", ")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised() {
        let keys = ["sql", "plugin", "parameters", "max-results"];
        assert_eq!(nearest("sq1", keys), Some("sql"));
        assert_eq!(nearest("paramters", keys), Some("parameters"));
        assert_eq!(nearest("MAX_RESULTS", keys), Some("max-results"));
        assert_eq!(nearest("maxresults", keys), Some("max-results"));
    }

    #[test]
    fn nothing_near_is_nothing() {
        assert_eq!(nearest("colour", ["sql", "plugin"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
