//! Which notations can represent a text.

/// What a scalar allows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Analysis {
    pub multiline: bool,
    pub flow_plain: bool,
    pub block_plain: bool,
    pub single: bool,
    pub block: bool,
}

/// Returns whether a character ends a line in YAML 1.1.
pub(super) fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether go-yaml writes a character as it is; those beyond 16 bits it escapes.
pub(super) fn is_printable(char: char) -> bool {
    let is_plane_0 = matches!(char, ' '..='~' | '\u{a0}'..='\u{ffff}');
    char == '\n' || (is_plane_0 && !matches!(char, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

/// Analyzes a text.
pub(super) fn analyze(text: &str) -> Analysis {
    if text.is_empty() {
        return Analysis { block_plain: true, single: true, ..Analysis::default() };
    }
    let starts_document = text.starts_with("---") || text.starts_with("...");
    let (mut block_indicators, mut flow_indicators) = (starts_document, starts_document);
    let (mut breaks, mut special, mut tabs) = (false, false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut after_white, mut after_space, mut after_break) = (true, false, false);
    let mut chars = text.chars().peekable();
    let mut is_first = true;
    while let Some(char) = chars.next() {
        let before_white = matches!(chars.peek(), None | Some(' ' | '\t'));
        let (block, flow) = indicators(char, is_first, before_white, after_white);
        block_indicators |= block;
        flow_indicators |= flow;
        tabs |= char == '\t';
        special |= char != '\t' && !is_printable(char);
        break_space |= char == ' ' && after_break;
        space_break |= is_break(char) && after_space;
        breaks |= is_break(char);
        (after_space, after_break) = (char == ' ', is_break(char));
        after_white = matches!(char, ' ' | '\t') || is_break(char);
        is_first = false;
    }
    let is_edge = |char: Option<char>| char.is_some_and(|char| char == ' ' || is_break(char));
    let has_edge = is_edge(text.chars().next()) || is_edge(text.chars().next_back());
    let needs_escape = space_break || special;
    let is_plain = !has_edge && !break_space && !needs_escape && !tabs && !breaks;
    Analysis {
        multiline: breaks,
        flow_plain: is_plain && !flow_indicators,
        block_plain: is_plain && !block_indicators,
        single: !break_space && !needs_escape && !tabs,
        block: !text.ends_with(' ') && !needs_escape,
    }
}

/// Returns whether a character is an indicator at its place: in blocks, and in brackets.
fn indicators(char: char, is_first: bool, before_white: bool, after_white: bool) -> (bool, bool) {
    match char {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' if is_first => {
            (true, true)
        }
        '?' if is_first => (before_white, true),
        '-' if is_first => (before_white, before_white),
        ':' => (before_white, true),
        ',' | '?' | '[' | ']' | '{' | '}' => (false, true),
        '#' => (after_white, after_white),
        _ => (false, false),
    }
}
