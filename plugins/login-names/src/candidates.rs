//! The names that a user may get: the one wanted, else the same with a number behind it.

use std::collections::HashSet;

/// The highest number behind a name.
const HIGHEST: u32 = 9999;

/// How many digits that has.
const DIGITS: usize = 4;

/// Names in the order in which they are tried.
#[derive(Debug)]
pub struct Candidates {
    name: String,
    longest: usize,
}

impl Candidates {
    /// What a login name must be able to hold: a letter and a number.
    pub const SHORTEST: usize = DIGITS + 1;

    /// Names like `name`, of at most `longest` letters; `None` if it is empty.
    pub fn new(name: &str, longest: usize) -> Option<Self> {
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            longest: longest.max(Self::SHORTEST),
        })
    }

    /// What a `LIKE` finds all of them by, and perhaps others. A `_` of the pattern is any letter to it.
    pub fn like(&self) -> String {
        format!("{}%", self.cut(self.longest - DIGITS))
    }

    /// The first that is not taken. Names are compared without regard to case.
    pub fn first_beside(&self, taken: impl IntoIterator<Item = String>) -> Option<String> {
        // A database pads a column of type char.
        let taken: HashSet<String> = taken.into_iter().map(|name| name.trim_end().to_lowercase()).collect();
        let numbered = (2..=HIGHEST).map(|number| {
            let number = number.to_string();
            format!("{}{number}", self.cut(self.longest - number.len()))
        });
        let mut all = std::iter::once(self.cut(self.longest).to_owned()).chain(numbered);
        all.find(|name| !taken.contains(name))
    }

    /// Its first letters; all are ASCII.
    fn cut(&self, longest: usize) -> &str {
        self.name.get(..longest).unwrap_or(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str, longest: usize, taken: &[&str]) -> Option<String> {
        let candidates = Candidates::new(name, longest).unwrap();
        candidates.first_beside(taken.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn the_first_that_is_free() {
        assert_eq!(first("ada", 20, &[]).unwrap(), "ada");
        assert_eq!(first("ada", 20, &["ADA  ", "ada3"]).unwrap(), "ada2");
        assert_eq!(first("ada", 20, &["ada", "ada2", "ada3"]).unwrap(), "ada4");
        assert_eq!(first("alovelace", 8, &["alovelac"]).unwrap(), "alovela2");
    }

    #[test]
    fn all_of_them_are_like_what_is_asked_for() {
        for (name, longest) in [("ada", 20), ("alovelace", 8), ("alovelace", 5), ("a", 5)] {
            let candidates = Candidates::new(name, longest).unwrap();
            let like = candidates.like();
            let begins = like.strip_suffix('%').unwrap();
            let mut taken: Vec<String> = Vec::new();
            for _ in 0..120 {
                let next = candidates.first_beside(taken.clone()).unwrap();
                assert!(next.starts_with(begins) && next.len() <= longest, "{next} is not like {like}");
                taken.push(next);
            }
        }
    }

    #[test]
    fn there_is_an_end() {
        let all: Vec<String> = (2..=HIGHEST).map(|number| format!("a{number}")).chain(["a".into()]).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        assert_eq!(first("a", 5, &all), None);
        assert!(Candidates::new("", 5).is_none());
    }
}
