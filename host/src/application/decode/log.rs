//! Where decoders write what they find.

use std::cell::RefCell;

use super::problem::{Problem, Problems};

/// Proof that a problem is in the log: nothing else makes one, so that a decoder cannot fail silently.
#[derive(Clone, Copy, Debug)]
pub struct Reported(());

/// What a decoder gives.
pub type Decoded<T> = Result<T, Reported>;

/// The problems and warnings of all files.
#[derive(Debug, Default)]
pub struct Log {
    problems: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<Problem>>,
}

impl Log {
    pub fn problem(&self, problem: Problem) -> Reported {
        self.problems.borrow_mut().push(problem);
        Reported(())
    }

    /// Takes a problem back that another one has turned out to be the cause of. Whoever calls this has reported that one.
    pub fn withdraw(&self, _cause: Reported, consequence: &Problem) {
        self.problems.borrow_mut().retain(|problem| problem != consequence);
    }

    pub fn warning(&self, warning: Problem) {
        self.warnings.borrow_mut().push(warning);
    }

    /// The outcome, with its warnings if there is no problem; each file's findings in the order of its lines.
    pub fn finish<T>(self, decoded: Decoded<T>) -> Result<(T, Vec<Problem>), Problems> {
        let (mut problems, mut warnings) = (self.problems.into_inner(), self.warnings.into_inner());
        for findings in [&mut problems, &mut warnings] {
            findings.sort_by_key(|found| {
                let place = found.place.as_ref().map(|place| (place.line, place.column));
                (found.file.parent().map(ToOwned::to_owned), found.file.clone(), place)
            });
        }
        match decoded {
            Ok(value) if problems.is_empty() => Ok((value, warnings)),
            _ => Err(Problems { problems, warnings }),
        }
    }
}
