//! What someone who wrote an unknown name probably meant.

/// A remedy: the nearest of `names`, and all that there are.
pub(crate) fn remedy<'n>(written: &[&str], names: impl Iterator<Item = &'n str>, mark: &str) -> String {
    let names: Vec<&str> = names.collect();
    let nearest = names
        .iter()
        .flat_map(|name| {
            written
                .iter()
                .map(move |written| (difference(written, name), *name, written.chars().count()))
        })
        .min_by_key(|(distance, ..)| *distance)
        .filter(|(distance, _, length)| *distance <= 1 + length / 3)
        .map(|(_, name, _)| name);
    let mut known = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("{mark}{name}"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        known.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    match nearest {
        _ if names.is_empty() => "leave it out: this operation has no parameters".to_owned(),
        Some(nearest) => format!("perhaps {mark}{nearest} is meant; there are {known}"),
        None => format!("use one of {known}"),
    }
}

/// How many names a remedy shows at the most.
const SHOWN: usize = 12;

/// As `distance`, but the last part of a path (`givenName`) is as good as the path.
fn difference(written: &str, name: &str) -> usize {
    match name.rsplit(['.', ':']).next() {
        Some(last) if last.eq_ignore_ascii_case(written) => 0,
        _ => distance(written, name),
    }
}

/// How many letters must be put in, left out or changed, without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| text.to_ascii_lowercase().chars().collect::<Vec<_>>();
    let (a, b) = (letters(a), letters(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut previous = i + 1;
        let mut next = vec![previous];
        for ((right, diagonal), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            previous = (diagonal + usize::from(left != right)).min(above + 1).min(previous + 1);
            next.push(previous);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("username", "userName"), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }

    #[test]
    fn the_nearest_comes_first() {
        let names = ["id", "userName", "email"];
        assert_eq!(
            remedy(&["user_name"], names.into_iter(), ":"),
            "perhaps :userName is meant; there are :id, :userName, :email"
        );
        assert!(remedy(&["givenName"], ["gvenName", "name.givenName"].into_iter(), ":").starts_with("perhaps :name.givenName"));
        let many: Vec<String> = (0..15).map(|n| format!("attribute{n}")).collect();
        assert!(remedy(&["x"], many.iter().map(String::as_str), ":").ends_with(":attribute11 and 3 more"));
        assert_eq!(remedy(&["quux"], names.into_iter(), ""), "use one of id, userName, email");
        assert_eq!(
            remedy(&["x"], [].into_iter(), ":"),
            "leave it out: this operation has no parameters"
        );
    }
}
