//! `||`: Oracle takes NULL for an empty string there, SQLite makes NULL of the whole.

use super::{Token, functions};
use crate::Failure;

/// Wraps the operands of `||` in a call that makes texts of them.
///
/// # Errors
/// An operand that is no name, literal, call or expression in brackets.
pub(super) fn wrap(tokens: Vec<Token>) -> Result<Vec<Token>, Failure> {
    let mut opens = vec![0_usize; tokens.len() + 1];
    let mut closes = vec![0_usize; tokens.len() + 1];
    let mut wrapped = Vec::new();
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| token.is("||")) {
        let left = (start(&tokens, index).ok_or_else(refused)?, index);
        let right = (index + 1, end(&tokens, index + 1).ok_or_else(refused)?);
        for (from, to) in [left, right] {
            if !wrapped.contains(&from) {
                wrapped.push(from);
                if let (Some(open), Some(close)) = (opens.get_mut(from), closes.get_mut(to)) {
                    *open += 1;
                    *close += 1;
                }
            }
        }
    }
    let mut result = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.into_iter().enumerate() {
        for _ in 0..closes.get(index).copied().unwrap_or_default() {
            result.push(Token::sign(")"));
        }
        for _ in 0..opens.get(index).copied().unwrap_or_default() {
            result.extend([Token::Word("ORA_PART".to_owned()), Token::sign("(")]);
        }
        result.push(token);
    }
    for _ in 0..closes.last().copied().unwrap_or_default() {
        result.push(Token::sign(")"));
    }
    Ok(result)
}

fn refused() -> Failure {
    Failure::unsupported("this operand of ||")
}

/// Where the operand begins that ends before a place.
fn start(tokens: &[Token], end: usize) -> Option<usize> {
    let mut place = end.checked_sub(1)?;
    let last = tokens.get(place)?;
    if last.is(")") {
        let mut depth = 0_usize;
        loop {
            let token = tokens.get(place)?;
            depth += usize::from(token.is(")"));
            depth -= usize::from(token.is("("));
            if depth == 0 {
                break;
            }
            place = place.checked_sub(1)?;
        }
        let call = place.checked_sub(1).and_then(|before| tokens.get(before));
        let called = matches!(call, Some(Token::Word(word)) if functions::is_function(word));
        return if called { place.checked_sub(1) } else { Some(place) };
    }
    if last.is_word("END") || matches!(last, Token::Sign(_)) {
        return None;
    }
    while last.name().is_some() && place >= 2 && tokens.get(place - 1).is_some_and(|token| token.is(".")) {
        place -= 2;
    }
    Some(place)
}

/// Where the operand ends that begins at a place.
fn end(tokens: &[Token], start: usize) -> Option<usize> {
    let mut place = start;
    let first = tokens.get(place)?;
    if first.is_word("CASE") || first.is_word("DISTINCT") {
        return None;
    }
    if first.name().is_some() {
        place += 1;
        while tokens.get(place).is_some_and(|token| token.is(".")) {
            place += 2;
        }
        if !tokens.get(place).is_some_and(|token| token.is("(")) {
            return Some(place);
        }
    } else if !first.is("(") {
        return (!matches!(first, Token::Sign(_))).then_some(place + 1);
    }
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(place) {
        depth += usize::from(token.is("("));
        depth -= usize::from(token.is(")"));
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{emit::emit, read};

    #[test]
    fn operands_are_wrapped() {
        let wrapped = |text: &str| emit(&wrap(read(text).unwrap()).unwrap(), "HR").unwrap();
        assert_eq!(wrapped("a || 'b'"), "ORA_PART(A)||ORA_PART('b')");
        assert_eq!(
            wrapped("t.a||LOWER(b)||(c)"),
            "ORA_PART(T.A)||ORA_PART(LOWER(B))||ORA_PART((C))"
        );
        assert!(wrap(read("a || CASE WHEN 1=1 THEN 'a' END").unwrap()).is_err());
    }
}
