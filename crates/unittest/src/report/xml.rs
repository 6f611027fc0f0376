//! Writes XML as Go's package `encoding/xml` does, so that reports have the same bytes as helm-unittest's.
//!
//! The crates for XML escape other characters, and close empty elements at once.

/// An element.
pub(in crate::report) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Content,
}

enum Content {
    Children(Vec<Element>),
    Text(String),
    /// Text in a `CDATA` section.
    Raw(String),
}

impl Element {
    /// Creates an empty element.
    pub fn new(name: &'static str) -> Element {
        Element { name, attributes: Vec::new(), content: Content::Children(Vec::new()) }
    }

    /// Adds an attribute.
    pub fn attribute(mut self, name: &'static str, value: impl ToString) -> Element {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// Adds child elements.
    pub fn children(mut self, added: impl IntoIterator<Item = Element>) -> Element {
        if let Content::Children(children) = &mut self.content {
            children.extend(added);
        }
        self
    }

    /// Sets the text.
    pub fn text(self, text: impl Into<String>) -> Element {
        Element { content: Content::Text(text.into()), ..self }
    }

    /// Sets the text, which is written without escapes.
    pub fn raw(self, text: impl Into<String>) -> Element {
        Element { content: Content::Raw(text.into()), ..self }
    }

    /// Returns the XML with a line feed at the end.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(out, value);
            out.push('"');
        }
        out.push('>');
        match &self.content {
            Content::Text(text) => escape(out, text),
            Content::Raw(text) => raw(out, text),
            Content::Children(children) => {
                for child in children {
                    line(out, depth + 1);
                    child.write(out, depth + 1);
                }
                if !children.is_empty() {
                    line(out, depth);
                }
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n('\t', depth));
}

/// Writes a text without characters that have a meaning in XML and HTML.
pub(in crate::report) fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

fn raw(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str("<![CDATA[");
        out.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
        out.push_str("]]>");
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn xml_is_that_of_go() {
        let element = Element::new("a").attribute("b", "<'\"&\n>").children([
            Element::new("c"),
            Element::new("d").text("x\ty\u{1}"),
            Element::new("e").raw("<]]>"),
            Element::new("f").raw(""),
        ]);
        assert_eq!(
            element.to_text(),
            "<a b=\"&lt;&#39;&#34;&amp;&#xA;&gt;\">\n\t<c></c>\n\t<d>x&#x9;y\u{fffd}</d>\n\t<e><![CDATA[<]]]]><![CDATA[>]]></e>\n\
             \t<f></f>\n</a>\n"
        );
    }
}
