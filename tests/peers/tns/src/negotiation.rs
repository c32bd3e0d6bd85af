//! What client and server agree on before anybody logs on: versions, character sets, how types are written.

use crate::wire::{Reader, Trouble, Writer};

pub(crate) const PROTOCOL: u8 = 1;
pub(crate) const DATA_TYPES: u8 = 2;

/// AL32UTF8 and AL16UTF16.
const CHARACTERS: u16 = 873;
const NATIONAL: u16 = 2000;

/// The version of TTC's fields: Oracle 19. What depends on it in messages is written for this one.
const FIELD_VERSION: u8 = 13;
const COMPILE_TIME: usize = 45;
const RUN_TIME: usize = 11;

/// Goes over a client's message about its protocol.
///
/// # Errors
/// It isn't one.
pub(crate) fn read_protocol(reader: &mut Reader<'_>) -> Result<(), Trouble> {
    for _ in 0..2 {
        while reader.byte()? != 0 {}
    }
    Ok(())
}

pub(crate) fn write_protocol(answer: &mut Writer) {
    answer.byte(PROTOCOL).byte(6).byte(0).raw(b"Portcullis TNS peer\0");
    answer.raw(&CHARACTERS.to_le_bytes()).byte(0);
    // No graph of character sets; then where the national one stands.
    answer.zeros(2).two(11).zeros(9).two(NATIONAL);
    let mut compiled = [0; COMPILE_TIME];
    let mut running = [0; RUN_TIME];
    for (place, value) in [
        (0, 6),
        (4, 0x2a | 0x40 | 0x80),
        (7, FIELD_VERSION),
        (8, 1),
        (15, 0x29),
        (27, 1),
    ] {
        if let Some(capability) = compiled.get_mut(place) {
            *capability = value;
        }
    }
    // Version 8.1 and later, and strings of up to 32767 bytes.
    for (place, value) in [(0, 2), (6, 4)] {
        if let Some(capability) = running.get_mut(place) {
            *capability = value;
        }
    }
    answer.string(&compiled).string(&running);
}

/// The types that a client lists, each with the type and the representation that it converts to.
///
/// # Errors
/// It isn't such a list.
pub(crate) fn read_types(reader: &mut Reader<'_>) -> Result<Vec<[u16; 3]>, Trouble> {
    reader.skip(5)?;
    reader.string()?;
    reader.string()?;
    let mut types = Vec::new();
    loop {
        let number = reader.two()?;
        if number == 0 {
            return Ok(types);
        }
        let converted = reader.two()?;
        let representation = reader.two()?;
        reader.two()?;
        types.push([number, converted, representation]);
    }
}

/// All of them will do.
pub(crate) fn write_types(answer: &mut Writer, types: &[[u16; 3]]) {
    answer.byte(DATA_TYPES);
    for [number, converted, representation] in types {
        answer.two(*number).two(*converted);
        if *converted != 0 {
            answer.two(*representation).two(0);
        }
    }
    answer.two(0);
}
