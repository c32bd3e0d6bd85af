//! The statements that were derived from an operation's own so far, by shape. Clients choose the shapes, and the component what it
//! makes of them: neither can have the host keep more than so many, and so much.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::database::{Shape, Statement};

/// Derived statements that are kept of one operation; a client that asks for ever new shapes only costs itself time.
const KEPT: usize = 256;
/// Bytes of their texts that are kept.
const KEPT_BYTES: usize = 4 << 20;

/// A derived statement, or why there is none.
pub type Derivation = Result<Arc<Statement>, String>;

#[derive(Default)]
pub struct Shapes {
    known: Mutex<HashMap<Shape, Derivation>>,
}

impl Shapes {
    pub fn get(&self, shape: &Shape) -> Option<Derivation> {
        self.lock().get(shape).cloned()
    }

    pub fn keep(&self, shape: Shape, derived: Derivation) {
        let mut known = self.lock();
        let held: usize = known.values().map(size).sum();
        if known.len() >= KEPT || held + size(&derived) > KEPT_BYTES {
            known.clear();
        }
        if size(&derived) <= KEPT_BYTES {
            known.insert(shape, derived);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Shape, Derivation>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn size(derived: &Derivation) -> usize {
    match derived {
        Ok(statement) => statement.text.len() + statement.names().map(str::len).sum::<usize>(),
        Err(reason) => reason.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(number: u32) -> Shape {
        Shape {
            assign: vec![number.to_string()],
            ..Shape::default()
        }
    }

    #[test]
    fn neither_many_nor_long_ones_are_kept_for_ever() {
        for length in [10, 10_000, KEPT_BYTES / 3, 2 * KEPT_BYTES] {
            let shapes = Shapes::default();
            for number in 0..1_000 {
                shapes.keep(shape(number), Err("x".repeat(length)));
                let held: usize = shapes.lock().values().map(size).sum();
                assert!(held <= KEPT_BYTES && shapes.lock().len() <= KEPT, "{length}: {held} bytes");
                assert_eq!(shapes.get(&shape(number)).is_some(), length <= KEPT_BYTES);
            }
        }
    }
}
