//! Pipelines: declarations, commands, operands.

use std::sync::Arc;

use super::{Parser, Result};
use crate::gotmpl::ast::{Arg, ArgKind, Command, Number, Pipe, Variable};
use crate::gotmpl::fmt::quote;
use crate::gotmpl::lex::{Kind, Token};
use crate::gotmpl::number;

/// Go's limit of commands in one pipeline.
const MOST_COMMANDS: usize = 100_000;

impl<'s> Parser<'s> {
    /// Declarations and commands up to `end`.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let pos = self.peek_non_space().pos;
        let mut pipe = Pipe { pos, decl: Vec::new(), assign: false, commands: Vec::with_capacity(1) };
        while self.declaration(&mut pipe, context)? {}
        loop {
            let token = self.next_non_space();
            if token.kind == end {
                return self.checked(pipe, context);
            }
            if !starts_operand(token.kind) {
                return self.unexpected(&token, context);
            }
            self.back(token);
            let command = self.command()?;
            pipe.commands.push(command);
            if pipe.commands.len() > MOST_COMMANDS {
                return self.fail("pipeline too long");
            }
        }
    }

    /// Takes `$x :=`, `$x =` or `$x,`; true if another one may follow.
    fn declaration(&mut self, pipe: &mut Pipe, context: &str) -> Result<bool> {
        if self.peek_non_space().kind != Kind::Variable {
            return Ok(false);
        }
        let variable = self.next();
        // A space is a token: it has to be put back if this turns out to be an argument.
        let after = self.next();
        let next = if after.kind == Kind::Space { self.next_non_space() } else { after };
        match next.kind {
            Kind::Assign | Kind::Declare => {
                pipe.assign = next.kind == Kind::Assign;
                self.declare(pipe, &variable);
                Ok(false)
            }
            Kind::Char if next.text == "," => {
                self.declare(pipe, &variable);
                self.second_declaration(pipe, context)
            }
            _ => {
                self.back(next);
                if after.kind == Kind::Space {
                    self.back(after);
                }
                self.back(variable);
                Ok(false)
            }
        }
    }

    fn second_declaration(&mut self, pipe: &Pipe, context: &str) -> Result<bool> {
        if context != "range" || pipe.decl.len() >= 2 {
            return self.fail(format!("too many declarations in {context}"));
        }
        match self.peek_non_space().kind {
            Kind::Variable | Kind::RightDelim | Kind::RightParen => Ok(true),
            _ => self.fail("range can only initialize variables"),
        }
    }

    fn declare(&mut self, pipe: &mut Pipe, token: &Token<'_>) {
        let variable = self.variable(token.text);
        self.scope.vars.push(Arc::clone(&variable.name));
        pipe.decl.push(variable);
    }

    /// The variable of a name, with its id.
    fn variable(&mut self, name: &str) -> Variable {
        let names = &mut self.scope.names;
        let index = names.iter().position(|known| **known == *name).unwrap_or_else(|| {
            names.push(Arc::from(name));
            names.len() - 1
        });
        let name = names.get(index).map_or_else(|| Arc::from(name), Arc::clone);
        Variable { id: u32::try_from(index).unwrap_or(u32::MAX), name }
    }

    fn checked(&self, pipe: Pipe, context: &str) -> Result<Pipe> {
        if pipe.commands.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            if command.args.first().is_some_and(is_constant) {
                return self.fail(format!("non executable command in pipeline stage {}", index + 1));
            }
        }
        Ok(pipe)
    }

    fn command(&mut self) -> Result<Command> {
        let mut command = Command { pos: self.peek_non_space().pos, args: Vec::with_capacity(2) };
        loop {
            self.peek_non_space();
            command.args.extend(self.operand()?);
            let token = self.next();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.back(token),
                Kind::Pipe => {}
                _ => return self.unexpected(&token, "operand"),
            }
            break;
        }
        if command.args.is_empty() {
            return self.fail("empty command");
        }
        Ok(command)
    }

    /// A term and the fields behind it.
    fn operand(&mut self) -> Result<Option<Arg>> {
        let Some(mut arg) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(arg));
        }
        let pos = self.peek().pos;
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            fields.push(field(self.next().text));
        }
        if is_constant(&arg) {
            let term = quote(arg.to_string().as_bytes());
            return self.fail(format!("unexpected . after term {term}"));
        }
        // Go takes the position of the second field for that of all of them.
        match &mut arg.kind {
            ArgKind::Field(known) | ArgKind::Variable(_, known) => {
                known.append(&mut fields);
                arg.pos = pos;
                Ok(Some(arg))
            }
            _ => Ok(Some(Arg { pos, kind: ArgKind::Chain(Box::new(arg), fields) })),
        }
    }

    fn term(&mut self) -> Result<Option<Arg>> {
        let token = self.next_non_space();
        let text = token.text;
        let kind = match token.kind {
            Kind::Identifier => match self.shared.functions.get(text) {
                Some(function) => ArgKind::Function(Arc::clone(function)),
                None => return self.fail(format!("function {} not defined", quote(text.as_bytes()))),
            },
            Kind::Dot => ArgKind::Dot,
            Kind::Nil => ArgKind::Nil,
            Kind::Variable => self.used_variable(text)?,
            Kind::Field => ArgKind::Field(vec![field(text)]),
            Kind::Bool => ArgKind::Bool(text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => ArgKind::Number(Box::new(self.number(&token)?)),
            Kind::LeftParen => {
                self.enter()?;
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen)?;
                self.depth -= 1;
                return Ok(Some(Arg { pos: pipe.pos, kind: ArgKind::Pipe(Box::new(pipe)) }));
            }
            Kind::Str | Kind::RawStr => ArgKind::Str(Arc::from(text), self.unquoted(&token)?),
            _ => {
                self.back(token);
                return Ok(None);
            }
        };
        Ok(Some(Arg { pos: token.pos, kind }))
    }

    fn used_variable(&mut self, name: &str) -> Result<ArgKind> {
        if !self.scope.vars.iter().any(|known| **known == *name) {
            return self.fail(format!("undefined variable {}", quote(name.as_bytes())));
        }
        Ok(ArgKind::Variable(self.variable(name), Vec::new()))
    }

    fn number(&self, token: &Token<'_>) -> Result<Number> {
        let number = match token.kind {
            Kind::CharConstant => number::character(token.text),
            Kind::Complex => Err(format!("complex numbers are not supported: {}", quote(token.text.as_bytes()))),
            _ => number::number(token.text),
        };
        number.or_else(|reason| self.fail(reason))
    }
}

/// A field without its dot.
fn field(text: &str) -> Arc<str> {
    Arc::from(text.strip_prefix('.').unwrap_or(text))
}

fn starts_operand(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Bool | CharConstant | Complex | Dot | Field | Identifier | Number | Nil | RawStr | Str | Variable | LeftParen
    )
}

fn is_constant(arg: &Arg) -> bool {
    use ArgKind as A;
    matches!(arg.kind, A::Bool(_) | A::Dot | A::Nil | A::Number(_) | A::Str(..))
}
