//! Filters: parsing (`&&` before `||`) and matching.

use mkmanifests_go::regexp::Pattern;
use mkmanifests_gotmpl::Value;

use super::Path;
use super::lexeme::{Kind, Lexeme, Operator};
use super::lexer::regex_of;
use super::typed::{Type, Typed};

/// A condition on a node.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    /// A condition that the library does not understand.
    Never,
    Literal(bool),
    /// Whether a path finds anything.
    Exists(Term),
    Compare(Operator, Term, Term),
    Matches(Term, Term),
    Not(Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    And(Box<Filter>, Box<Filter>),
}

/// An operand.
#[derive(Debug, Clone)]
pub(super) enum Term {
    /// No values: a path that the library does not understand.
    Empty,
    /// A path from the current node.
    At(Path),
    /// A path from the root.
    Root(Path),
    Literal(Typed),
}

/// What the parser has read: a whole condition, or an operand that may become part of one.
#[derive(Debug, Clone)]
enum Tree {
    Nothing,
    Filter(Filter),
    Term(Term, Kind),
}

impl Tree {
    fn filter(self) -> Filter {
        match self {
            Tree::Nothing => Filter::Never,
            Tree::Filter(filter) => filter,
            Tree::Term(Term::Literal(value), Kind::Boolean) => Filter::Literal(value.text.trim() == "true"),
            Tree::Term(term, Kind::At | Kind::Root) => Filter::Exists(term),
            Tree::Term(..) => Filter::Never,
        }
    }

    /// Returns the operand; a condition is none.
    fn term(self) -> Term {
        if let Tree::Term(term, _) = self { term } else { Term::Empty }
    }
}

/// Parses the lexemes of a filter. A part that makes no sense never matches.
pub(super) fn parse(lexemes: &[Lexeme]) -> Filter {
    if lexemes.is_empty() {
        return Filter::Never;
    }
    let mut parser = Parser { rest: lexemes, tree: Tree::Nothing };
    parser.expression();
    parser.tree.filter()
}

struct Parser<'l> {
    rest: &'l [Lexeme],
    /// The last condition or operand; it stays if the next one is missing.
    tree: Tree,
}

impl<'l> Parser<'l> {
    fn peek(&self) -> Kind {
        self.rest.first().map_or(Kind::End, |lexeme| lexeme.kind)
    }

    fn next(&mut self) -> Option<&'l Lexeme> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn expression(&mut self) {
        self.conjunction();
        while self.peek() == Kind::Or {
            self.next();
            let left = self.tree.clone().filter();
            self.conjunction();
            self.tree = Tree::Filter(Filter::Or(Box::new(left), Box::new(self.tree.clone().filter())));
        }
    }

    fn conjunction(&mut self) {
        self.basic();
        while self.peek() == Kind::And {
            self.next();
            let left = self.tree.clone().filter();
            self.basic();
            self.tree = Tree::Filter(Filter::And(Box::new(left), Box::new(self.tree.clone().filter())));
        }
    }

    fn basic(&mut self) {
        match self.peek() {
            Kind::Not => {
                self.next();
                self.basic();
                self.tree = Tree::Filter(Filter::Not(Box::new(self.tree.clone().filter())));
                return;
            }
            Kind::OpenBracket => {
                self.next();
                self.expression();
                if self.peek() == Kind::CloseBracket {
                    self.next();
                }
                return;
            }
            _ => {}
        }
        self.term();
        let operator = self.peek();
        if !matches!(operator, Kind::Compare(_) | Kind::Matches) {
            return;
        }
        self.next();
        let left = self.tree.clone().term();
        self.term();
        let right = self.tree.clone().term();
        self.tree = Tree::Filter(match operator {
            Kind::Compare(operator) => Filter::Compare(operator, left, right),
            _ => Filter::Matches(left, right),
        });
    }

    fn term(&mut self) {
        let kind = self.peek();
        match kind {
            Kind::End | Kind::Error => self.tree = Tree::Nothing,
            Kind::At | Kind::Root => {
                self.next();
                let term = match Path::parse(&self.sub_path()) {
                    Err(_) => Term::Empty,
                    Ok(path) if kind == Kind::At => Term::At(path),
                    Ok(path) => Term::Root(path),
                };
                self.tree = Tree::Term(term, kind);
            }
            Kind::Integer | Kind::Float | Kind::Text | Kind::Boolean | Kind::Null | Kind::Regex => {
                if let Some(lexeme) = self.next() {
                    self.tree = Tree::Term(Term::Literal(literal(lexeme)), kind);
                }
            }
            _ => {}
        }
    }

    /// Returns the text of the path after `@` or `$`.
    fn sub_path(&mut self) -> String {
        let (mut text, mut level) = (String::new(), 1);
        while let Some(lexeme) = self.rest.first() {
            match lexeme.kind {
                Kind::Identity
                | Kind::DotChild
                | Kind::BracketChild
                | Kind::RecursiveDescent
                | Kind::ArraySubscript => {}
                Kind::FilterBegin => level += 1,
                Kind::FilterEnd if level == 1 => break,
                Kind::FilterEnd => level -= 1,
                _ if level == 1 => break,
                _ => {}
            }
            text.push_str(&lexeme.text);
            self.next();
        }
        text
    }
}

fn literal(lexeme: &Lexeme) -> Typed {
    let text = &lexeme.text;
    match lexeme.kind {
        Kind::Integer => Typed::new(Type::Integer, text.clone()),
        Kind::Float => Typed::new(Type::Float, text.clone()),
        Kind::Boolean => Typed::new(Type::Boolean, text.clone()),
        Kind::Null => Typed::new(Type::Null, text.clone()),
        Kind::Regex => Typed::new(Type::Regex, regex_of(text)),
        _ => Typed::new(Type::Text, text.get(1..text.len().saturating_sub(1)).unwrap_or_default().to_owned()),
    }
}

impl Filter {
    /// Returns whether a node of a document matches.
    pub fn matches(&self, node: &Value, root: &Value) -> bool {
        match self {
            Filter::Never => false,
            Filter::Literal(value) => *value,
            Filter::Exists(term) => !term.values(node, root).is_empty(),
            Filter::Compare(operator, left, right) => {
                for_all(left, right, node, root, |left, right| left.compare(right, *operator))
            }
            Filter::Matches(left, right) => for_all(left, right, node, root, |text, regex| {
                text.kind == Type::Text
                    && regex.kind == Type::Regex
                    && Pattern::compile(regex.text.as_bytes()).is_ok_and(|pattern| pattern.is_match(&text.text))
            }),
            Filter::Not(filter) => !filter.matches(node, root),
            Filter::Or(one, other) => one.matches(node, root) || other.matches(node, root),
            Filter::And(one, other) => one.matches(node, root) && other.matches(node, root),
        }
    }
}

/// Returns whether there are pairs of values, and all are accepted.
fn for_all(left: &Term, right: &Term, node: &Value, root: &Value, accept: impl Fn(&Typed, &Typed) -> bool) -> bool {
    let (left, right) = (left.values(node, root), right.values(node, root));
    !left.is_empty() && !right.is_empty() && left.iter().all(|left| right.iter().all(|right| accept(left, right)))
}

impl Term {
    fn values(&self, node: &Value, root: &Value) -> Vec<Typed> {
        let of = |path: &Path, start: &Value| path.nodes(start).iter().map(Typed::of).collect();
        match self {
            Term::Empty => Vec::new(),
            Term::At(path) => of(path, node),
            Term::Root(path) => of(path, root),
            Term::Literal(value) => vec![value.clone()],
        }
    }
}
