//! Matches patterns of names and paths. Each pattern language has a constructor.
//!
//! | | `*` | `**` | `?` | class | `{a,b}` | `\` | malformed |
//! |---|---|---|---|---|---|---|---|
//! | [`Glob::files`]: Helm's `.Files.Glob` (gobwas/glob) | all but `/` | all | all but `/` | `[a-z]` or `[xyz]`, `[!x]` | yes | yes | matches all |
//! | [`Glob::path`]: Go's `filepath.Match`, for `.helmignore` and `--show-only` | all but `/` | as `*` | all but `/` | `[a-zxy]`, `[^x]` | no | yes | is an error |
//! | [`Glob::stars`]: names of objects | all | as `*` | itself | no | no | no | never |
//!
//! The crate `globset` is not used: its language is none of these. Its classes accept both `!` and `^`, `**` is special
//! only between slashes, and it refuses patterns that gobwas/glob accepts.

/// A compiled pattern.
#[derive(Debug)]
pub struct Glob {
    steps: Vec<Step>,
    /// The text that all matching texts begin with.
    start: String,
    /// The text that they end with.
    end: String,
}

#[derive(Debug)]
enum Step {
    /// Any text.
    All,
    /// Any text without `/`.
    Name,
    /// One character except `/`.
    One,
    Char(char),
    Class(Class),
    /// Continues at any of these steps, which are all further on.
    Split(Vec<usize>),
    /// Continues at a later step.
    Jump(usize),
}

/// The characters of a class, as ranges.
#[derive(Debug)]
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
}

/// The rest of a pattern.
type Rest<'p> = std::iter::Peekable<std::str::Chars<'p>>;

impl Glob {
    /// Compiles a pattern of `.Files.Glob`. As in Helm, a pattern that Helm's library refuses matches everything.
    pub fn files(pattern: &str) -> Glob {
        Glob::of(files_steps(pattern).unwrap_or_else(|| vec![Step::All]))
    }

    /// Compiles a pattern of Go's `filepath.Match`; `None` if it is malformed.
    pub fn path(pattern: &str) -> Option<Glob> {
        let mut steps = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(found) = rest.next() {
            steps.push(match found {
                '*' => Step::Name,
                '?' => Step::One,
                '[' => Step::Class(path_class(&mut rest)?),
                '\\' => Step::Char(rest.next()?),
                other => Step::Char(other),
            });
        }
        Some(Glob::of(steps))
    }

    /// Compiles a pattern in which only `*` is special and matches any text.
    pub fn stars(pattern: &str) -> Glob {
        Glob::of(pattern.chars().map(|found| if found == '*' { Step::All } else { Step::Char(found) }).collect())
    }

    fn of(steps: Vec<Step>) -> Glob {
        let char = |step: &Step| if let Step::Char(char) = step { Some(*char) } else { None };
        let start = steps.iter().map_while(char).collect();
        // The last alternative in braces ends with its own characters, and those after the braces.
        let is_split = steps.iter().any(|step| matches!(step, Step::Split(_)));
        let end: Vec<char> = steps.iter().rev().map_while(char).filter(|_| !is_split).collect();
        Glob { start, end: end.into_iter().rev().collect(), steps }
    }

    /// Returns whether the whole text matches. Most texts do not even have the right start and end: a chart has dozens
    /// of patterns for thousands of files.
    pub fn matches(&self, text: &str) -> bool {
        text.starts_with(&self.start) && text.ends_with(&self.end) && self.all_steps_match(text)
    }

    /// Tracks all possible steps at once, so that the time is linear in the text.
    fn all_steps_match(&self, text: &str) -> bool {
        let mut at = vec![false; self.steps.len() + 1];
        let mut next = at.clone();
        at[0] = true;
        self.skip(&mut at);
        for found in text.chars() {
            next.fill(false);
            for (index, step) in self.steps.iter().enumerate().filter(|(index, _)| at[*index]) {
                match step {
                    Step::All => next[index] = true,
                    Step::Name => next[index] |= found != '/',
                    Step::One => next[index + 1] |= found != '/',
                    Step::Char(wanted) => next[index + 1] |= found == *wanted,
                    Step::Class(class) => next[index + 1] |= class.has(found),
                    Step::Split(_) | Step::Jump(_) => {}
                }
            }
            self.skip(&mut next);
            std::mem::swap(&mut at, &mut next);
        }
        at.last().is_some_and(|last| *last)
    }

    /// Adds the steps that are reached without a character. All of them are further on, so that one pass is enough.
    fn skip(&self, at: &mut [bool]) {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                _ if !at[index] => {}
                Step::All | Step::Name => at[index + 1] = true,
                Step::Split(to) => to.iter().for_each(|to| at[*to] = true),
                Step::Jump(to) => at[*to] = true,
                Step::One | Step::Char(_) | Step::Class(_) => {}
            }
        }
    }
}

impl Class {
    fn has(&self, found: char) -> bool {
        self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&found)) != self.negated
    }
}

/// An open `{`: its step, and the steps at the ends of its alternatives, which go on after the `}`.
struct Braces {
    split: usize,
    ends: Vec<usize>,
}

impl Braces {
    fn open(steps: &mut Vec<Step>) -> Braces {
        let split = steps.len();
        steps.push(Step::Split(vec![split + 1]));
        Braces { split, ends: Vec::new() }
    }

    /// Begins the next alternative at a `,`.
    fn alternative(&mut self, steps: &mut Vec<Step>) {
        self.ends.push(steps.len());
        steps.push(Step::Jump(0));
        let here = steps.len();
        if let Step::Split(to) = &mut steps[self.split] {
            to.push(here);
        }
    }

    fn close(self, steps: &mut [Step]) {
        for end in self.ends {
            steps[end] = Step::Jump(steps.len());
        }
    }
}

/// Compiles a pattern; `None` if Helm's library refuses it. That library accepts an unclosed `{`, a `\` at the end, and
/// `}` and `,` outside braces.
fn files_steps(pattern: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = pattern.chars().peekable();
    let mut open: Vec<Braces> = Vec::new();
    while let Some(found) = rest.next() {
        match (found, open.last_mut()) {
            ('*', _) => steps.push(star(&mut rest)),
            ('?', _) => steps.push(Step::One),
            ('[', _) => steps.push(Step::Class(files_class(&mut rest)?)),
            ('{', _) => open.push(Braces::open(&mut steps)),
            (',', Some(braces)) => braces.alternative(&mut steps),
            ('}', Some(_)) => open.pop()?.close(&mut steps),
            ('\\', _) => steps.extend(rest.next().map(Step::Char)),
            (other, _) => steps.push(Step::Char(other)),
        }
    }
    open.into_iter().for_each(|braces| braces.close(&mut steps));
    Some(steps)
}

/// Reads `*`, or `**` and more.
fn star(rest: &mut Rest<'_>) -> Step {
    let mut step = Step::Name;
    while rest.next_if_eq(&'*').is_some() {
        step = Step::All;
    }
    step
}

/// Reads `[a-z]` or `[xyz]`, negated by `!`: one range or a list of characters.
fn files_class(rest: &mut Rest<'_>) -> Option<Class> {
    let negated = rest.next_if_eq(&'!').is_some();
    let first = rest.next()?;
    if rest.next_if_eq(&'-').is_some() {
        let last = rest.next().filter(|last| *last >= first)?;
        rest.next_if_eq(&']')?;
        return Some(Class { negated, ranges: vec![(first, last)] });
    }
    let mut ranges = Vec::new();
    let mut next = first;
    while next != ']' {
        let char = if next == '\\' { rest.next()? } else { next };
        ranges.push((char, char));
        next = rest.next()?;
    }
    (!ranges.is_empty()).then_some(Class { negated, ranges })
}

/// Reads `[a-zxy]`, negated by `^`.
fn path_class(rest: &mut Rest<'_>) -> Option<Class> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && rest.next_if_eq(&']').is_some() {
            return Some(Class { negated, ranges });
        }
        let low = path_class_char(rest)?;
        let high = if rest.next_if_eq(&'-').is_some() { path_class_char(rest)? } else { low };
        ranges.push((low, high));
    }
}

fn path_class_char(rest: &mut Rest<'_>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn files_are_found_by_globs() {
        let found = |pattern: &str, path: &str| Glob::files(pattern).matches(path);
        assert!(found("files/*", "files/a.txt"));
        assert!(!found("files/*", "files/b/a.txt"));
        assert!(found("files/**", "files/b/a.txt"));
        assert!(found("**.txt", "files/b/a.txt"));
        assert!(found("files/{a,b}.[tx][!y]t", "files/b.txt"));
        assert!(found("[malformed", "anything"));
        assert!(!found("a.c", "abc"));
        assert!(found("**/c*d?", "a/b/ccdd") && !found("**/c*d?", "a/b/c/dd"));
        assert!(found("{a,{b,c}d}e", "cde") && found("{a,{b,c}d}e", "ae") && !found("{a,{b,c}d}e", "ce"));
        assert!(found("{,a}b", "b") && found("{a*,b}", "a") && !found("{a,b}", ""));
        // Patterns that look malformed, but that Helm's library accepts.
        assert!(found("{a", "a") && !found("{a", "b") && found("{a,b", "b") && found("a\\", "a") && found("a}", "a}"));
        assert!(
            found("[\\]x]", "]") && found("[ab-c]", "-") && found("[a-bc]", "anything") && found("[]a]", "anything")
        );
        assert!(found("a***", "a/b") && found("*", "") && !found("?", "") && !found("?", "/") && found("?,", "é,"));
    }

    #[test]
    fn templates_are_found_by_patterns_of_paths() {
        let found = |pattern: &str, path: &str| Glob::path(pattern).map(|glob| glob.matches(path));
        assert_eq!(found("templates/*.yaml", "templates/a.yaml"), Some(true));
        assert_eq!(found("templates/*", "templates/b/a.yaml"), Some(false));
        assert_eq!(found("templates/[^b].yaml", "templates/a.yaml"), Some(true));
        assert_eq!(found("templates/{a,b}.yaml", "templates/a.yaml"), Some(false));
        assert_eq!(found("[a-cx]\\*", "x*"), Some(true));
        for malformed in ["templates/[", "[]a]", "[a", "[-a]", "[a-]", "a\\", "[a-\\", "a[^]"] {
            assert_eq!(found(malformed, "a"), None, "{malformed}");
        }
    }

    #[test]
    fn the_start_and_the_end_of_a_text_decide_nothing_else() {
        let patterns = ["ab", "a*b", "*ab", "ab*", "a?", "?b", "[a]b", "{a,b}", "{a,b}b", "a{a,*b}", "a\\*", "*", ""];
        let texts = ["", "a", "b", "ab", "bb", "aab", "abb", "a/b", "a*", "ba"];
        for pattern in patterns {
            for glob in Glob::path(pattern).into_iter().chain([Glob::files(pattern), Glob::stars(pattern)]) {
                for text in texts {
                    assert_eq!(glob.matches(text), glob.all_steps_match(text), "{pattern} {text}");
                }
            }
        }
    }

    #[test]
    fn a_star_stands_for_any_text() {
        let found = |pattern: &str, text: &str| Glob::stars(pattern).matches(text);
        for (pattern, text) in [("a", "a"), ("*", ""), ("*", "a/c"), ("a*", "a"), ("a*c", "abc"), ("a*b*c", "a-b-b-c")]
        {
            assert!(found(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "b"), ("a*", "b"), ("a*a", "a"), ("a*b*c", "ac"), ("*a", "b"), ("?", "a")] {
            assert!(!found(pattern, text), "{pattern} {text}");
        }
    }
}
