//! From a text with `:name` or `?` to pieces: text, and which input stands where.

use portcullis_sdk::{Input, Problem, RowSource};

use crate::{
    Dialect, Token, TokenKind, lex,
    names::{self, Name},
    returning,
    scope::Scope,
    suggestion,
    writer::Piece,
};

/// An administrator's statement, read: no comment, literal or identifier is taken for a parameter.
pub(crate) struct Source<'t> {
    /// The significant tokens, without the `;` at the end.
    pub(crate) tokens: Vec<Token<'t>>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) rows_from: RowSource,
}

/// Reads the text of a step. What can be read is read, whatever is wrong elsewhere.
pub(crate) fn read(dialect: Dialect, settings: &Scope) -> Source<'_> {
    let text = settings.sql.as_str();
    let (tokens, mistakes) = lex(dialect, text);
    let problems = mistakes
        .into_iter()
        .map(|mistake| Problem::new("sql", mistake.message, mistake.remedy).at(mistake.offset))
        .collect();
    let mut reader = Reader {
        dialect,
        settings,
        text,
        source: Source {
            tokens: Vec::new(),
            pieces: Vec::new(),
            problems,
            rows_from: RowSource::Result,
        },
        brackets: 0,
        questions: 0,
    };
    reader.walk(&tokens);
    reader.count();
    reader.source
}

struct Reader<'s, 't> {
    dialect: Dialect,
    settings: &'s Scope,
    text: &'t str,
    source: Source<'t>,
    /// How many `[` are open.
    brackets: usize,
    /// How many `?` stood for a parameter.
    questions: usize,
}

impl<'t> Reader<'_, 't> {
    fn walk(&mut self, tokens: &[Token<'t>]) {
        let end = tokens
            .iter()
            .rposition(|token| token.is_significant() && token.kind != TokenKind::Semicolon)
            .map_or(0, |last| last + 1);
        let block = returning::is_block(self.dialect, tokens);
        let mut done = 0;
        for (index, token) in tokens.iter().enumerate() {
            let following = tokens.get(index + 1..).unwrap_or_default();
            if token.offset < done {
                // A name that ends inside this token: what is left of it is text.
                if token.end() > done {
                    self.piece(self.text.get(done..token.end()).unwrap_or_default());
                }
                continue;
            }
            done = match token.kind {
                TokenKind::Semicolon if index >= end => token.end(),
                TokenKind::Semicolon if block => {
                    self.piece(token.text);
                    token.end()
                }
                TokenKind::Colon => self.colon(token, following),
                TokenKind::Question => self.question(token, following),
                _ => self.plain(token, following),
            };
            if token.is_significant() && index < end {
                // A parameter is an operand, and no sign any more.
                let kind = match self.source.pieces.last() {
                    Some(Piece::Parameter(_) | Piece::List(_) | Piece::Output(_)) => TokenKind::Native,
                    _ => token.kind,
                };
                self.source.tokens.push(Token { kind, ..*token });
            }
        }
        self.trim();
        let line = if tokens.iter().any(Token::is_line_comment) {
            "\n"
        } else {
            " "
        };
        for (index, name) in returning::untold(self.dialect, &self.source.tokens).into_iter().enumerate() {
            self.piece(&if index == 0 { format!("{line}INTO ") } else { ", ".to_owned() });
            self.source.pieces.push(Piece::Output(name));
        }
        if block {
            self.piece(&format!("{};", line.trim_end_matches(' ')));
        }
    }

    fn trim(&mut self) {
        if let Some(Piece::Text(first)) = self.source.pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        if let Some(Piece::Text(last)) = self.source.pieces.last_mut() {
            last.truncate(last.trim_end().len());
        }
    }

    /// Everything that is no parameter.
    fn plain(&mut self, token: &Token<'t>, following: &[Token<'t>]) -> usize {
        match token.kind {
            TokenKind::OpenBracket => self.brackets += 1,
            TokenKind::CloseBracket => self.brackets = self.brackets.saturating_sub(1),
            TokenKind::Semicolon => {
                let at = following
                    .iter()
                    .find(|next| next.is_significant())
                    .map_or(token.offset, |next| next.offset);
                self.problem(
                    at,
                    "a second statement begins here",
                    "write one statement only; the first ends at the ;",
                );
            }
            TokenKind::Native => {
                let message = format!("{} is a placeholder of the database's own", token.text);
                self.problem(token.offset, message, "write the parameter's name, as in :id");
            }
            _ => {}
        }
        self.piece(token.text);
        token.end()
    }

    fn colon(&mut self, token: &Token<'t>, following: &[Token<'t>]) -> usize {
        let rest = self.text.get(token.end()..).unwrap_or_default();
        let previous = self.source.tokens.last();
        if self.dialect == Dialect::Oracle && previous.is_some_and(|previous| previous.kind == TokenKind::Literal) {
            // `'name': value` in JSON_OBJECT.
            return self.plain(token, following);
        }
        if returning::is_target(self.dialect, &self.source.tokens) {
            let name = names::hyphenated(rest);
            self.source.pieces.push(Piece::Output(name.to_owned()));
            return token.end() + name.len();
        }
        let settings = self.settings;
        let name = names::read(settings, rest);
        // `a[1:n]`, and `a[:n]` if n is no parameter, are slices of an array.
        let slice = self.brackets > 0 && (previous.is_some_and(Token::ends_operand) || !matches!(name, Name::Declared(..)));
        match name {
            _ if slice => self.plain(token, following),
            Name::None => self.plain(token, following),
            Name::Declared(_, length) if !self.settings.parameters.is_empty() => {
                self.mixed(token.offset);
                token.end() + length
            }
            Name::Unknown(_) if !self.settings.parameters.is_empty() => {
                self.mixed(token.offset);
                token.end()
            }
            Name::Unknown(word) => {
                let known = self.settings.inputs.iter().flat_map(Input::names);
                let remedy = suggestion::remedy(&[word, names::hyphenated(rest)], known, ":");
                self.problem(token.offset, format!("there is no parameter :{word}"), remedy);
                token.end() + word.len()
            }
            Name::Declared(input, length) => {
                let end = token.end() + length;
                let next = following.iter().find(|next| next.offset >= end && next.is_significant());
                self.input(input, token.offset, next);
                end
            }
        }
    }

    fn question(&mut self, token: &Token<'t>, following: &[Token<'t>]) -> usize {
        let doubled = following.first().filter(|next| next.kind == TokenKind::Question);
        if self.settings.parameters.is_empty() {
            if self.dialect != Dialect::Postgresql {
                let remedy = "name the parameter, as in :id, or list in `parameters` what each ? stands for";
                self.problem(token.offset, "nothing says what this ? stands for", remedy);
            }
            return self.plain(token, following);
        }
        if let Some(doubled) = doubled {
            if self.dialect != Dialect::Postgresql {
                self.problem(
                    token.offset,
                    "?? is the operator ?, which this database does not have",
                    "write one ?",
                );
            }
            self.piece("?");
            return doubled.end();
        }
        let settings = self.settings;
        let name = settings.parameters.get(self.questions);
        self.questions += 1;
        // One that is not declared is reported with the list, one that is not listed when all are counted.
        if let Some(input) = name.and_then(|name| settings.input(name)) {
            let next = following.iter().find(|next| next.is_significant());
            self.input(input, token.offset, next);
        }
        token.end()
    }

    fn input(&mut self, input: &Input, offset: usize, next: Option<&Token<'t>>) {
        if !input.list {
            self.source.pieces.push(Piece::Parameter(input.name.clone()));
            return;
        }
        let mut before = self.source.tokens.iter().rev();
        let alone = before.next().is_some_and(|token| token.kind == TokenKind::Open)
            && before.next().is_some_and(|token| token.is_word("in"))
            && next.is_some_and(|token| token.kind == TokenKind::Close);
        if !alone {
            let message = format!("{} stands for a list of values", input.name);
            self.problem(
                offset,
                message,
                format!("write it as IN (:{}), with nothing else in the brackets", input.name),
            );
        }
        self.source.pieces.push(Piece::List(input.name.clone()));
    }

    /// Holds the list against the text.
    fn count(&mut self) {
        for (index, name) in self.settings.parameters.iter().enumerate() {
            if self.settings.input(name).is_none() {
                let known = self.settings.inputs.iter().flat_map(Input::names);
                let remedy = suggestion::remedy(&[name.trim_start_matches(':')], known, "");
                let message = format!("entry {} is \"{name}\", and there is no parameter of this name", index + 1);
                self.source.problems.push(Problem::new("parameters", message, remedy));
            }
        }
        let listed = self.settings.parameters.len();
        if listed > 0 && listed != self.questions {
            let entries = if listed == 1 { "entry" } else { "entries" };
            let message = format!("the list has {listed} {entries}, and the text has {} ?", self.questions);
            let remedy = "list one name for each ? of the text, in their order; an operator ? is written ??";
            self.source.problems.push(Problem::new("parameters", message, remedy));
        }
    }

    fn mixed(&mut self, offset: usize) {
        self.problem(
            offset,
            "the text names a parameter though a list says what each ? stands for",
            "leave out `parameters`, or write ? here and add its name to the list",
        );
    }

    fn problem(&mut self, offset: usize, message: impl Into<String>, remedy: impl Into<String>) {
        self.source.problems.push(Problem::new("sql", message, remedy).at(offset));
    }

    fn piece(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.source.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.source.pieces.push(Piece::from(text));
        }
    }
}
