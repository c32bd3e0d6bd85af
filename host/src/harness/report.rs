//! What came of the tests of a plugin, for its author.

use std::{collections::BTreeMap, fmt};

use super::{
    laws::{Finding, LawReport},
    meter::{self, Call, Used},
};
use crate::sandbox::Limits;

/// What came of all cases and laws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub plugin: String,
    pub cases: Vec<CaseReport>,
    pub laws: Vec<LawReport>,
    /// Why laws could not be tried.
    pub problems: Vec<String>,
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseReport {
    pub name: String,
    /// Why it failed, if it did.
    pub failures: Vec<String>,
    /// The golden files that were written.
    pub written: Vec<String>,
    /// What its calls used.
    pub used: BTreeMap<Call, Used>,
    /// What they might have used.
    pub limits: Limits,
}

impl Report {
    pub fn new(plugin: &str) -> Self {
        Self {
            plugin: plugin.to_owned(),
            cases: Vec::new(),
            laws: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Whether there is something in it, no case failed, and no law is broken.
    pub fn passed(&self) -> bool {
        !(self.cases.is_empty() && self.laws.is_empty())
            && self.cases.iter().all(CaseReport::passed)
            && self.laws.iter().all(LawReport::passed)
            && self.problems.is_empty()
    }
}

impl CaseReport {
    pub fn new(name: String) -> Self {
        Self {
            name,
            failures: Vec::new(),
            written: Vec::new(),
            used: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl LawReport {
    pub fn passed(&self) -> bool {
        !matches!(self.finding, Finding::Broken(_))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.plugin)?;
        self.cases.iter().try_for_each(|case| write!(f, "{case}"))?;
        if !self.laws.is_empty() {
            writeln!(f, "\nLaws, tried with what is made up")?;
        }
        self.laws.iter().try_for_each(|law| write!(f, "{law}"))?;
        self.problems.iter().try_for_each(|problem| detail(f, problem))?;
        let cases = self.cases.iter().filter(|case| !case.used.is_empty());
        if let Some(first) = cases.clone().next() {
            writeln!(f, "\nWhat a call used at the most")?;
            let cases = cases.map(|case| (case.name.as_str(), &case.used));
            write!(f, "{}", meter::table(cases, &first.limits))?;
        }
        let failed = self.cases.iter().filter(|case| !case.passed()).count();
        let broken = self.laws.iter().filter(|law| !law.passed()).count();
        writeln!(
            f,
            "\n{}, {failed} failed; {}, {broken} broken",
            counted(self.cases.len(), "case"),
            counted(self.laws.len(), "law")
        )
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.passed() { "ok" } else { "FAILED" };
        writeln!(f, "  {word:<8}{}", self.name)?;
        for file in &self.written {
            detail(f, &format!("wrote {file}"))?;
        }
        self.failures.iter().try_for_each(|failure| detail(f, failure))
    }
}

impl fmt::Display for LawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (law, of, with, tried) = (self.law.name(), &self.of, self.with, self.tried);
        match &self.finding {
            Finding::Holds => writeln!(f, "  {:<8}{law} ({of}, {with}: {tried})", "holds"),
            Finding::Excepted(reason) => writeln!(f, "  {:<8}{law} ({of}, {with}): {reason}", "skipped"),
            Finding::Broken(how) => {
                writeln!(f, "  {:<8}{law} ({of}, {with}: {tried})", "BROKEN")?;
                detail(f, how)
            }
        }
    }
}

fn detail(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.lines()
        .try_for_each(|line| writeln!(f, "{}", format!("          {line}").trim_end()))
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
