//! The parameters of a list request (RFC 7644 §3.4.2), made valid.

use super::{
    Error, ListRequest, ScimType, Sort, SortDirection, Start, Surface,
    cursor::{self, Query},
    filter::Filterable,
};

/// The size of a page that no `count` asks for, unless the application's pages are smaller.
pub const DEFAULT_COUNT: u64 = 100;

/// Offsets must fit a database's signed 64 bits.
const LARGEST_INDEX: u64 = i64::MAX as u64;

/// Every parameter of a list request.
pub const NAMES: [&str; 8] = [
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
    "attributes",
    "excludedAttributes",
];

/// The decoded parameters of a query. Names are compared without regard to case.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

/// What is listed.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub surface: &'a Surface,
    /// The name of the resources' type.
    pub resource_type: &'a str,
    pub filterable: Filterable<'a>,
}

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

    /// Where a page begins by its index, counted from 1.
    pub fn index(&self) -> Result<u64, Error> {
        Ok(self.integer("startIndex")?.unwrap_or(1).max(1))
    }

    /// Whether a parameter is there, with a value or without: `cursor` alone asks for the first page.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }

    /// Which page is wanted, by its index or by a cursor.
    fn start(&self, query: &Query, surface: &Surface) -> Result<Start, Error> {
        if !self.has("cursor") {
            return Ok(Start::Index(self.index()?));
        }
        if self.get("startIndex")?.is_some() {
            let detail = "`startIndex` and `cursor` are two ways to name a page (RFC 9865 §2); send one of them";
            return Err(Error::bad_request(ScimType::InvalidValue, detail));
        }
        let position = self
            .get("cursor")?
            .map(|text| cursor::decode(query, text, surface.cursor_lifetime));
        Ok(Start::Cursor(position.transpose()?))
    }

    /// How large a page is. With a cursor a number that makes no sense is an error of its own (RFC 9865 §3).
    pub fn count(&self, start: &Start, max_results: u64) -> Result<u64, Error> {
        let count = match start {
            Start::Index(_) => self.integer("count"),
            Start::Cursor(_) => match self.get("count")?.map(str::parse::<u64>) {
                None => Ok(None),
                Some(Ok(count)) => Ok(Some(count)),
                Some(Err(_)) => Err(Error::bad_request(
                    ScimType::Other("invalidCount".to_owned()),
                    "the parameter `count` must be a whole number, 0 or more",
                )),
            },
        };
        Ok(count?.unwrap_or(DEFAULT_COUNT).min(max_results))
    }

    /// `sortOrder` alone orders nothing.
    pub fn sort(&self, filterable: &Filterable<'_>) -> Result<Option<Sort>, Error> {
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

    /// A list request: `startIndex` below 1 is 1, `count` below 0 is 0 (RFC 7644 §3.4.2.4), and no page is larger than the
    /// application's largest.
    pub fn list_request(&self, of: &Listed<'_>) -> Result<ListRequest, Error> {
        let filter = match self.get("filter")? {
            Some(text) => Some(of.filterable.parse(text)?),
            None => None,
        };
        let sort = self.sort(&of.filterable)?;
        let query = Query::new(of.resource_type, filter.as_ref(), sort.as_ref());
        let start = self.start(&query, of.surface)?;
        let count = self.count(&start, of.surface.max_results)?;
        Ok(ListRequest {
            filter,
            sort,
            start,
            count,
        })
    }
}
