//! Analyses the nodes of a template.

use std::sync::Arc;

use super::Tracer;
use super::texts::HOLE_TEMPLATE;
use crate::unused::sets::{AbstractValue, Set};
use mkmanifests_gotmpl::ast::{Arg, ArgKind, Branch, Call, Command, Node, Pipe, Tree};

/// How often the body of a `range` is analysed before texts that its variables accumulate count as any text.
const MAX_ROUNDS: usize = 5;

/// The variables of one template.
struct Frame {
    dollar: Set,
    variables: Vec<(u32, Set)>,
    /// The index of the first variable that grew; `usize::MAX` if none did.
    first_changed: usize,
    /// Whether texts that are assigned count as any text.
    is_any_text: bool,
}

impl Tracer<'_, '_> {
    /// Analyses a template. Returns the texts that it may render to.
    pub(super) fn walk(&mut self, tree: &Tree, dot: Set) -> Set {
        let mut frame = Frame { dollar: dot, variables: Vec::new(), first_changed: usize::MAX, is_any_text: false };
        self.list(&mut frame, &tree.root, dot)
    }

    fn list(&mut self, frame: &mut Frame, list: &[Node], dot: Set) -> Set {
        let mut output = self.text_set("");
        for node in list {
            self.steps += 1;
            if self.is_over() {
                return self.unknown();
            }
            let part = self.node(frame, node, dot);
            output = self.followed_by(output, part);
        }
        output
    }

    /// Analyses a block, with which its variables end.
    fn block(&mut self, frame: &mut Frame, list: &[Node], dot: Set) -> Set {
        let outer = frame.variables.len();
        let output = self.list(frame, list, dot);
        frame.variables.truncate(outer);
        output
    }

    fn node(&mut self, frame: &mut Frame, node: &Node, dot: Set) -> Set {
        let outer = frame.variables.len();
        let output = match node {
            Node::Text(span) => {
                let text = Arc::clone(&self.text);
                return self.short_text(span.of(&text));
            }
            Node::Break | Node::Continue => return self.unknown(),
            Node::Action(pipe) => {
                let value = self.pipe(frame, pipe, dot);
                if !pipe.decl.is_empty() {
                    return self.text_set("");
                }
                self.take(value);
                return self.as_text(value);
            }
            Node::If(branch) => {
                let value = self.pipe(frame, &branch.pipe, dot);
                self.test(value);
                let output = self.block(frame, &branch.list, dot);
                let otherwise = self.otherwise(frame, branch, dot);
                self.sets.union(output, otherwise)
            }
            Node::With(branch) => {
                let inner = self.pipe(frame, &branch.pipe, dot);
                self.test(inner);
                let output = self.block(frame, &branch.list, inner);
                let otherwise = self.otherwise(frame, branch, dot);
                self.sets.union(output, otherwise)
            }
            Node::Range(branch) => self.range(frame, branch, dot),
            Node::Template(call) => self.template(frame, call, dot),
        };
        frame.variables.truncate(outer);
        output
    }

    fn otherwise(&mut self, frame: &mut Frame, branch: &Branch, dot: Set) -> Set {
        self.block(frame, branch.otherwise.as_deref().unwrap_or_default(), dot)
    }

    fn range(&mut self, frame: &mut Frame, branch: &Branch, dot: Set) -> Set {
        let over = self.commands(frame, &branch.pipe, dot);
        self.test(over);
        let each = self.each(over);
        if let [variables @ .., last] = &branch.pipe.decl[..] {
            let names = if variables.is_empty() { Set::EMPTY } else { self.key_names(over) };
            variables.iter().for_each(|key| self.assign(frame, branch.pipe.assign, key.id, names));
            self.assign(frame, branch.pipe.assign, last.id, each);
        }
        // Variables of its body are new in each round.
        let outer = frame.variables.len();
        let mut first_changed = frame.first_changed;
        let is_any_text = frame.is_any_text;
        let mut output = Set::EMPTY;
        for round in 1.. {
            frame.first_changed = usize::MAX;
            output = self.block(frame, &branch.list, each);
            first_changed = first_changed.min(frame.first_changed);
            if frame.first_changed >= outer || self.is_over() {
                break;
            }
            frame.is_any_text |= round >= MAX_ROUNDS;
        }
        (frame.first_changed, frame.is_any_text) = (first_changed, is_any_text);
        let otherwise = self.otherwise(frame, branch, dot);
        let empty = self.text_set("");
        if output == empty { self.sets.union(output, otherwise) } else { self.unknown() }
    }

    fn template(&mut self, frame: &mut Frame, call: &Call, dot: Set) -> Set {
        let name = call.name.to_string();
        if name == HOLE_TEMPLATE {
            self.render_any_text(dot);
            return self.unknown();
        }
        let dot = call.pipe.as_ref().map(|pipe| self.pipe(frame, pipe, dot)).unwrap_or(Set::EMPTY);
        self.include(&name, dot)
    }

    /// Analyses a pipeline and sets its variables. Returns its value.
    fn pipe(&mut self, frame: &mut Frame, pipe: &Pipe, dot: Set) -> Set {
        let value = self.commands(frame, pipe, dot);
        for variable in &pipe.decl {
            self.assign(frame, pipe.assign, variable.id, value);
        }
        value
    }

    fn commands(&mut self, frame: &mut Frame, pipe: &Pipe, dot: Set) -> Set {
        let mut value = None;
        for command in pipe.commands() {
            value = Some(self.command(frame, command, value, dot));
        }
        value.unwrap_or(Set::EMPTY)
    }

    fn command(&mut self, frame: &mut Frame, command: &Command, piped: Option<Set>, dot: Set) -> Set {
        self.steps += 1;
        let Some((first, rest)) = command.args.split_first() else { return Set::EMPTY };
        let mut args: Vec<Set> = rest.iter().map(|arg| self.arg(frame, arg, dot)).collect();
        args.extend(piped);
        if let ArgKind::Function(function) = &first.kind {
            return self.call(function.name, place(first), &args);
        }
        // A field with arguments is a method: of `.Files`, say.
        let value = self.arg(frame, first, dot);
        if !args.is_empty() {
            args.iter().for_each(|arg| self.take(*arg));
            self.take(value);
            return self.sets.one(AbstractValue::Unknown);
        }
        value
    }

    fn arg(&mut self, frame: &mut Frame, arg: &Arg, dot: Set) -> Set {
        match &arg.kind {
            ArgKind::Function(function) => self.call(function.name, place(arg), &[]),
            ArgKind::Dot => dot,
            ArgKind::Nil | ArgKind::Bool(_) => self.sets.one(AbstractValue::Unknown),
            ArgKind::Number(number) => self.text_set(&number.text),
            ArgKind::Str(_, text) => self.text_set(&text.to_string()),
            ArgKind::Field(fields) => self.fields(dot, *fields),
            ArgKind::Variable(variable, fields) => self.fields(frame.get(variable.id), *fields),
            ArgKind::Chain(base, fields) => {
                let base = self.arg(frame, base, dot);
                self.fields(base, *fields)
            }
            ArgKind::Pipe(pipe) => self.pipe(frame, pipe, dot),
        }
    }

    fn fields(&mut self, value: Set, fields: mkmanifests_gotmpl::ast::Fields) -> Set {
        let text = Arc::clone(&self.text);
        fields.names(&text).fold(value, |value, field| self.key(value, field))
    }

    fn assign(&mut self, frame: &mut Frame, is_assignment: bool, id: u32, value: Set) {
        let known = frame.variables.iter().rposition(|(other, _)| *other == id);
        match known.filter(|_| is_assignment) {
            Some(number) => {
                let known = &mut frame.variables[number].1;
                let value = if frame.is_any_text { self.sets.with_any_text(value) } else { value };
                let all = self.sets.union(*known, value);
                if all != *known {
                    *known = all;
                    frame.first_changed = frame.first_changed.min(number);
                }
            }
            None => frame.variables.push((id, value)),
        }
    }
}

/// Returns a number that identifies a position in one template.
fn place(arg: &Arg) -> usize {
    std::ptr::from_ref(arg) as usize
}

impl Frame {
    fn get(&self, id: u32) -> Set {
        let found = self.variables.iter().rev().find(|(other, _)| *other == id);
        found.map_or(self.dollar, |(_, value)| *value)
    }
}
