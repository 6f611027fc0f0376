//! Parses templates into trees, with the error texts of Go's parser.

mod pipeline;

use std::sync::Arc;

use super::ast::{Arg, Branch, Call, Command, List, Node, Pos, Source, Tree, is_empty};
use super::error::{Error, TemplateLocation, Unclosed};
use super::function::Functions;
use super::levels::{self, levels};
use super::lex::{Kind, Lexer, Token};
use super::value::Str;
use mkmanifests_go::quote::{quote, unquote};

type Result<T> = std::result::Result<T, Box<Error>>;

/// Parses one text. Returns the trees of its definitions and, last, the tree of the text itself.
pub(super) fn parse(source: &Arc<Source>, functions: &Functions) -> Result<Vec<Arc<Tree>>> {
    if Pos::try_from(source.text.len()).is_err() {
        return Err(Box::new(Error::new(format!("template: {}: the text is too long", source.name))));
    }
    let mut lexer = Lexer::new(&source.text);
    lexer.loop_words = (functions.get("break").is_none(), functions.get("continue").is_none());
    let shared = Shared { lexer, source, functions, trees: foldhash::HashMap::default(), order: Vec::new() };
    let mut parser = Parser {
        shared,
        ahead: Vec::new(),
        line: 0,
        pos: 0,
        scope: Scope::new(),
        depth: 0,
        open: Vec::new(),
        nodes: Vec::new(),
        commands: Vec::new(),
        args: Vec::new(),
    };
    parser.file()?;
    let mut trees = parser.shared.trees;
    Ok(parser.shared.order.iter().filter_map(|name| trees.remove(name)).collect())
}

struct Shared<'s> {
    lexer: Lexer<'s>,
    source: &'s Arc<Source>,
    functions: &'s Functions,
    trees: foldhash::HashMap<Str, Arc<Tree>>,
    order: Vec<Str>,
}

struct Parser<'s> {
    shared: Shared<'s>,
    /// Tokens that were read and put back, the next one last.
    ahead: Vec<Token<'s>>,
    /// Where the last token that was read begins.
    pos: Pos,
    /// An offset in the line that Go reports for errors; mostly that of the last token.
    line: Pos,
    scope: Scope<'s>,
    /// How many blocks and parentheses are open.
    depth: usize,
    /// The open blocks, the innermost last: the keyword and where it is.
    open: Vec<(&'static str, Pos)>,
    /// The nodes of all open blocks. Each block drains its own from the end, so that it allocates only what it needs.
    nodes: Vec<Node>,
    /// The same for the commands of pipelines, except the first one of each.
    commands: Vec<Command>,
    /// The same for the arguments of commands.
    args: Vec<Arg>,
}

/// The state of the definition that is being parsed.
struct Scope<'s> {
    /// The variables in scope.
    vars: Vec<&'s str>,
    /// The names of all variables; the index of a name is its id.
    names: Vec<&'s str>,
    /// Where the `{{` of the current action is.
    action: Option<Pos>,
    ranges: u32,
}

impl<'s> Scope<'s> {
    fn new() -> Scope<'s> {
        Scope { vars: vec!["$"], names: vec!["$"], action: None, ranges: 0 }
    }
}

/// A parsed action: a node, or the end of a block.
enum Item {
    Node(Node),
    End,
    Else,
}

impl Item {
    fn show(&self) -> &'static str {
        if matches!(self, Item::Else) { "{{else}}" } else { "{{end}}" }
    }
}

impl<'s> Parser<'s> {
    fn next(&mut self) -> Token<'s> {
        if let Some(token) = self.ahead.pop() {
            return token;
        }
        let token = self.shared.lexer.token();
        (self.line, self.pos) = (token.pos, token.pos);
        token
    }

    fn back(&mut self, token: Token<'s>) {
        self.ahead.push(token);
    }

    fn peek(&mut self) -> Token<'s> {
        let token = self.next();
        self.back(token);
        token
    }

    fn next_non_space(&mut self) -> Token<'s> {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token<'s> {
        let token = self.next_non_space();
        self.back(token);
        token
    }

    fn line(&self, pos: Pos) -> u32 {
        TemplateLocation::new(&self.shared.source.name, &self.shared.source.text, pos).line
    }

    fn fail<T>(&self, reason: impl Into<String>) -> Result<T> {
        Err(Box::new(self.error(reason)))
    }

    fn error(&self, reason: impl Into<String>) -> Error {
        let source = self.shared.source;
        Error::parse(TemplateLocation::new(&source.name, &source.text, self.pos), self.line(self.line), reason.into())
    }

    fn unexpected<T>(&self, token: &Token<'_>, context: &str) -> Result<T> {
        if token.kind != Kind::Error {
            return self.fail(format!("unexpected {} in {context}", token.show()));
        }
        let mut text = self.shared.lexer.message().to_owned();
        let line = self.scope.action.map(|pos| self.line(pos)).filter(|line| *line != self.line(token.pos));
        if let Some(line) = line {
            let action = if self.shared.lexer.unclosed { "" } else { " in action" };
            let name = &self.shared.source.name;
            text.push_str(&format!("{action} started at {name}:{line}"));
        }
        self.fail(text)
    }

    fn expect(&mut self, kinds: &[Kind], context: &str) -> Result<Token<'s>> {
        let token = self.next_non_space();
        if kinds.contains(&token.kind) { Ok(token) } else { self.unexpected(&token, context) }
    }

    fn enter(&mut self) -> Result<()> {
        if self.depth >= levels(levels::DEEP_PARSE_LEVELS) {
            return self.fail("max expression depth exceeded");
        }
        self.depth += 1;
        Ok(())
    }

    /// Parses the whole text. Go allows `define` only at its top level.
    fn file(&mut self) -> Result<()> {
        let mark = self.nodes.len();
        while self.peek().kind != Kind::Eof {
            if self.peek().kind == Kind::LeftDelim {
                let delim = self.next();
                let word = self.next_non_space();
                if word.kind == Kind::Define {
                    self.open.push(("define", word.pos));
                    self.definition()?;
                    self.open.pop();
                    continue;
                }
                self.back(word);
                self.back(delim);
            }
            match self.text_or_action()? {
                Item::Node(node) => self.nodes.push(node),
                end => return self.fail(format!("unexpected {}", end.show())),
            }
        }
        let root = self.nodes_from(mark);
        let name = Str::from(Arc::clone(&self.shared.source.name));
        self.add(name, root)
    }

    fn definition(&mut self) -> Result<()> {
        const CONTEXT: &str = "define clause";
        let outer = std::mem::replace(&mut self.scope, Scope::new());
        let token = self.expect(&[Kind::Str, Kind::RawStr], CONTEXT)?;
        let name = self.unquoted(&token)?;
        self.expect(&[Kind::RightDelim], CONTEXT)?;
        let (root, end) = self.list()?;
        if !matches!(end, Item::End) {
            return self.fail(format!("unexpected {} in {CONTEXT}", end.show()));
        }
        self.scope = outer;
        self.add(name, root)
    }

    /// Adds a tree, unless it is empty and another tree has its name.
    fn add(&mut self, name: Str, root: List) -> Result<()> {
        let text = &self.shared.source.text;
        let known = self.shared.trees.get(&name);
        if known.is_some_and(|known| !is_empty(&known.root, text)) {
            if is_empty(&root, text) {
                return Ok(());
            }
            let name = quote(name.as_bytes());
            return self.fail(format!("template: multiple definition of template {name}"));
        }
        if known.is_none() {
            self.shared.order.push(name.clone());
        }
        let tree = Tree { name: Arc::from(name.text()), source: Arc::clone(self.shared.source), root };
        self.shared.trees.insert(name, Arc::new(tree));
        Ok(())
    }

    fn unquoted(&self, token: &Token<'_>) -> Result<Str> {
        match unquote(token.text) {
            Some(text) => Ok(Str::from(&*text)),
            None => self.fail("invalid syntax"),
        }
    }

    /// Parses the content of a block, up to its `end` or `else`.
    fn list(&mut self) -> Result<(List, Item)> {
        let mark = self.nodes.len();
        while self.peek_non_space().kind != Kind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => self.nodes.push(node),
                end => return Ok((self.nodes_from(mark), end)),
            }
        }
        let mut error = self.error("unexpected EOF");
        error.unclosed = self.open.last().map(|(keyword, pos)| {
            let Source { name, text, .. } = &**self.shared.source;
            Unclosed { keyword, at: TemplateLocation::new(name, text, *pos) }
        });
        Err(Box::new(error))
    }

    fn nodes_from(&mut self, mark: usize) -> List {
        items_from(&mut self.nodes, mark)
    }

    fn text_or_action(&mut self) -> Result<Item> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.span()))),
            Kind::LeftDelim => {
                self.scope.action = Some(token.pos);
                let item = self.action();
                self.scope.action = None;
                item
            }
            _ => self.unexpected(&token, "input"),
        }
    }

    fn action(&mut self) -> Result<Item> {
        let token = self.next_non_space();
        Ok(Item::Node(match token.kind {
            Kind::Block => self.within("block", token.pos, Parser::block)?,
            Kind::Break => self.loop_control("{{break}}", Node::Break)?,
            Kind::Continue => self.loop_control("{{continue}}", Node::Continue)?,
            Kind::Else => return self.otherwise(),
            Kind::End => {
                self.expect(&[Kind::RightDelim], "end")?;
                return Ok(Item::End);
            }
            Kind::If | Kind::Range | Kind::With => {
                self.within(keyword(token.kind), token.pos, |parser| parser.control(token.kind))?
            }
            Kind::Template => self.template()?,
            _ => {
                self.back(token);
                Node::Action(self.pipeline("command", Kind::RightDelim)?)
            }
        }))
    }

    /// Parses a block, which is open meanwhile.
    fn within(
        &mut self,
        keyword: &'static str,
        pos: Pos,
        parse: impl FnOnce(&mut Self) -> Result<Node>,
    ) -> Result<Node> {
        self.open.push((keyword, pos));
        let node = parse(self)?;
        self.open.pop();
        Ok(node)
    }

    fn loop_control(&mut self, name: &str, node: Node) -> Result<Node> {
        self.expect(&[Kind::RightDelim], name)?;
        if self.scope.ranges == 0 {
            return self.fail(format!("{name} outside {{{{range}}}}"));
        }
        Ok(node)
    }

    /// Parses an `else`. An `if` or `with` after it is left for the caller.
    fn otherwise(&mut self) -> Result<Item> {
        if !matches!(self.peek_non_space().kind, Kind::If | Kind::With) {
            self.expect(&[Kind::RightDelim], "else")?;
        }
        Ok(Item::Else)
    }

    fn control(&mut self, kind: Kind) -> Result<Node> {
        self.enter()?;
        let seen = self.scope.vars.len();
        let pipe = self.pipeline(keyword(kind), Kind::RightDelim)?;
        self.scope.ranges += u32::from(kind == Kind::Range);
        let (list, end) = self.list()?;
        self.scope.ranges -= u32::from(kind == Kind::Range);
        let otherwise = if matches!(end, Item::Else) { Some(self.other_branch(kind)?) } else { None };
        self.scope.vars.truncate(seen);
        self.depth -= 1;
        let branch = Box::new(Branch { pipe, list, otherwise });
        Ok(match kind {
            Kind::If => Node::If(branch),
            Kind::With => Node::With(branch),
            _ => Node::Range(branch),
        })
    }

    fn other_branch(&mut self, kind: Kind) -> Result<List> {
        if kind != Kind::Range && self.peek().kind == kind {
            self.next();
            return Ok(Box::new([self.control(kind)?]));
        }
        let (list, end) = self.list()?;
        if !matches!(end, Item::End) {
            return self.fail(format!("expected end; found {}", end.show()));
        }
        Ok(list)
    }

    /// Parses `{{ block "name" pipe }}`: a `define` and a `template` in one.
    fn block(&mut self) -> Result<Node> {
        const CONTEXT: &str = "block clause";
        self.enter()?;
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        let line = self.line;
        let outer = std::mem::replace(&mut self.scope, Scope::new());
        let (root, end) = self.list()?;
        if !matches!(end, Item::End) {
            self.line = line;
            return self.fail(format!("unexpected {} in {CONTEXT}", end.show()));
        }
        self.scope = outer;
        self.depth -= 1;
        self.add(name.clone(), root)?;
        Ok(call(token.pos, name, Some(pipe)))
    }

    fn template(&mut self) -> Result<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let after = self.next_non_space();
        if after.kind == Kind::RightDelim {
            return Ok(call(token.pos, name, None));
        }
        self.back(after);
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        Ok(call(token.pos, name, Some(pipe)))
    }

    fn template_name(&mut self, token: &Token<'s>, context: &str) -> Result<Str> {
        match token.kind {
            Kind::Str | Kind::RawStr => self.unquoted(token),
            _ => self.unexpected(token, context),
        }
    }
}

/// Removes the items from a mark on and returns them; most often there are none.
fn items_from<T>(items: &mut Vec<T>, mark: usize) -> Box<[T]> {
    if items.len() == mark { Box::default() } else { items.drain(mark..).collect() }
}

/// Returns the keyword of a control structure, which Go's errors name as their context.
fn keyword(kind: Kind) -> &'static str {
    match kind {
        Kind::If => "if",
        Kind::With => "with",
        _ => "range",
    }
}

fn call(pos: Pos, name: Str, pipe: Option<super::ast::Pipe>) -> Node {
    Node::Template(Box::new(Call { pos, name, pipe }))
}
