//! Durations, sizes and counts.

use std::{num::NonZeroU32, time::Duration};

use super::{log::Decoded, node::Node};

/// Longer than this is a slip: humantime reads `5M` as five months.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A duration as in `"250ms"`, longer than nothing.
pub fn duration(node: &Node<'_>) -> Decoded<Duration> {
    let example = format!("write for example `{} = \"5s\"` or `\"250ms\"`", node.name());
    if node.integer().is_some() {
        return Err(node.problem("needs a unit", example));
    }
    let text = node.text_or("a duration", "\"5s\"")?;
    match humantime::parse_duration(text) {
        Err(error) => Err(node.problem(format!("is not a duration: {error}"), example)),
        Ok(Duration::ZERO) => Err(node.problem("must be longer than nothing", example)),
        Ok(duration) if duration > LONGEST => Err(node.problem("is longer than a day", example)),
        Ok(duration) => Ok(duration),
    }
}

/// A size as in `"64MiB"`, or a number of bytes; at least `smallest`.
pub fn size(smallest: u64) -> impl Fn(&Node<'_>) -> Decoded<u64> {
    move |node| {
        let example = format!("write for example `{} = \"64MiB\"`, or a number of bytes", node.name());
        let bytes = match node.integer() {
            Some(bytes) => u64::try_from(bytes).map_err(|_| node.problem("is negative", example.clone()))?,
            None => {
                let text = node.text_or("a size", "\"64MiB\"")?;
                let parsed = text.parse::<bytesize::ByteSize>();
                parsed
                    .map_err(|_| node.problem(format!("`{text}` is not a size"), example.clone()))?
                    .as_u64()
            }
        };
        // Above this, bytes and limits computed from them could overflow; no machine has it.
        if bytes > i64::MAX.unsigned_abs() {
            return Err(node.problem("is too large", example));
        }
        if bytes < smallest {
            let smallest = bytesize::ByteSize(smallest).display().iec();
            return Err(node.problem(format!("must be at least {smallest}"), example));
        }
        Ok(bytes)
    }
}

/// A size that memory can have.
pub fn memory_size(smallest: u64) -> impl Fn(&Node<'_>) -> Decoded<usize> {
    move |node| {
        let bytes = size(smallest)(node)?;
        usize::try_from(bytes).map_err(|_| node.problem("is too large", "write less than 4GiB"))
    }
}

/// A number that is at least 1, and never 0 afterwards.
pub fn positive(node: &Node<'_>) -> Decoded<NonZeroU32> {
    let number = count::<u32>(node)?;
    NonZeroU32::new(number).ok_or_else(|| node.problem("must be at least 1", "write 1 or more"))
}

/// A number that is at least 1.
pub fn count<T: TryFrom<i64>>(node: &Node<'_>) -> Decoded<T> {
    match node.integer() {
        None => Err(node.mismatch("a whole number", "10")),
        Some(number) if number < 1 => Err(node.problem("must be at least 1", "write 1 or more")),
        Some(number) => T::try_from(number).map_err(|_| node.problem("is too large", "write a smaller number")),
    }
}
