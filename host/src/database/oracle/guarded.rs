//! Calls into the driver, none of which takes the program along when it fails.
//!
//! The driver panics where it meets what it does not expect. Its statements unwrap a lock as they are dropped, which the panic
//! has poisoned: a second panic while the first one unwinds, which ends the process. A lock that is taken by a thread that
//! is unwinding already does not get poisoned, and a panic that is caught inside of a destructor goes no further. So every
//! call is made in a destructor, while the thread unwinds.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The driver has panicked. What it was doing, and on which connection, is lost.
#[derive(Debug)]
pub(super) struct Panicked;

/// Makes a call.
///
/// # Errors
/// It panicked. The message has gone where messages of panics go.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    let mut result = None;
    // Without a payload worth anything and without the hook that writes a message: it only makes the thread unwind.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _called = Called {
            call: Some(call),
            result: &mut result,
        };
        resume_unwind(Box::new(()))
    }));
    result.ok_or(Panicked)
}

struct Called<'a, F: FnOnce() -> T, T> {
    call: Option<F>,
    result: &'a mut Option<T>,
}

impl<F: FnOnce() -> T, T> Drop for Called<'_, F, T> {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            *self.result = catch_unwind(AssertUnwindSafe(call)).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What the driver's statements are like.
    struct Statement(Arc<Mutex<u32>>);

    impl Statement {
        /// Takes the statement, as `query` does.
        fn query(self, fails: bool) -> u32 {
            let mut client = self.0.lock().unwrap();
            *client += 1;
            assert!(!fails, "unexpected");
            *client
        }
    }

    impl Drop for Statement {
        fn drop(&mut self) {
            *self.0.lock().unwrap() += 10;
        }
    }

    #[test]
    fn a_call_gives_its_result() {
        let client = Arc::new(Mutex::new(0));
        assert_eq!(guarded(|| Statement(client.clone()).query(false)).unwrap(), 1);
        assert_eq!(*client.lock().unwrap(), 11);
        assert!(!std::thread::panicking());
    }

    #[test]
    fn a_panic_that_drops_statements_ends_with_the_call() {
        let client = Arc::new(Mutex::new(0));
        guarded(|| Statement(client.clone()).query(true)).unwrap_err();
        // And the connection can still be closed.
        assert_eq!(*client.lock().unwrap(), 11);
        assert_eq!(guarded(|| Statement(client.clone()).query(false)).unwrap(), 12);
    }
}
