//! The parameters of a list request (RFC 7644 §3.4.2), made valid.

use super::{Error, ListRequest, ScimType, Sort, SortDirection, filter::Filterable};

/// The size of a page that no `count` asks for.
const DEFAULT_COUNT: u64 = 100;

/// Offsets must fit a database's signed 64 bits.
const LARGEST_INDEX: u64 = i64::MAX as u64;

/// Every parameter of a list request.
pub const NAMES: [&str; 7] = [
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "attributes",
    "excludedAttributes",
];

/// The decoded parameters of a query. Names are compared without regard to case.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// A parameter that may be given once. An empty value is the same as none.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Error> {
        let mut values = self.0.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Error::bad_request(
                ScimType::InvalidValue,
                format!("the parameter `{name}` is given more than once"),
            )),
            (Some((_, value)), None) if !value.trim().is_empty() => Ok(Some(value.trim())),
            _ => Ok(None),
        }
    }

    fn integer(&self, name: &str) -> Result<Option<u64>, Error> {
        let Some(text) = self.get(name)? else { return Ok(None) };
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Err(Error::bad_request(
                ScimType::InvalidValue,
                format!("the parameter `{name}` must be an integer"),
            ));
        }
        // Digits that don't fit are a number larger than any that is possible here.
        let value = digits.parse::<u64>().unwrap_or(LARGEST_INDEX).min(LARGEST_INDEX);
        Ok(Some(if negative { 0 } else { value }))
    }

    /// `sortOrder` alone orders nothing.
    fn sort(&self, filterable: &Filterable<'_>) -> Result<Option<Sort>, Error> {
        let direction = match self.get("sortOrder")? {
            None => SortDirection::default(),
            Some(text) if text.eq_ignore_ascii_case("ascending") => SortDirection::Ascending,
            Some(text) if text.eq_ignore_ascii_case("descending") => SortDirection::Descending,
            Some(_) => {
                let detail = "the parameter `sortOrder` must be `ascending` or `descending`";
                return Err(Error::bad_request(ScimType::InvalidValue, detail));
            }
        };
        let path = self.get("sortBy")?.map(|text| filterable.sort_path(text)).transpose()?;
        Ok(path.map(|path| Sort { path, direction }))
    }

    /// A list request: `startIndex` below 1 is 1, `count` below 0 is 0 (RFC 7644 §3.4.2.4), and no page is larger than
    /// `max_results`.
    pub fn list_request(&self, max_results: u64, filterable: &Filterable<'_>) -> Result<ListRequest, Error> {
        let filter = match self.get("filter")? {
            Some(text) => Some(filterable.parse(text)?),
            None => None,
        };
        Ok(ListRequest {
            filter,
            sort: self.sort(filterable)?,
            start_index: self.integer("startIndex")?.unwrap_or(1).max(1),
            count: self.integer("count")?.unwrap_or(DEFAULT_COUNT).min(max_results),
        })
    }
}
