//! What can be wrong with the text of YAML or JSON.

crate::codes! {
    /// Why a text cannot be read as YAML.
    pub enum YamlCode {
        /// The text does not follow the grammar.
        Syntax = "yaml/syntax",
        /// The text is not UTF-8.
        Encoding = "yaml/encoding",
        /// A control character is not escaped.
        ControlCharacter = "yaml/control-character",
        /// The text is larger than the limit, or becomes so once its aliases are expanded.
        TooLarge = "yaml/too-large",
        /// Lists and mappings are nested too deeply.
        TooDeep = "yaml/too-deep",
        /// A mapping has a key twice.
        DuplicateKey = "yaml/duplicate-key",
        /// A key is not text and cannot become text.
        InvalidKey = "yaml/invalid-key",
        /// A template expression stands where YAML does not allow it.
        TemplateExpression = "yaml/template-expression",
        /// An alias has no anchor above it.
        UndefinedAlias = "yaml/undefined-alias",
        /// An alias is inside of its own anchor.
        RecursiveAlias = "yaml/recursive-alias",
        /// Nearly all values come from aliases.
        ExcessiveAliases = "yaml/excessive-aliases",
        /// The key `<<` has something else than mappings.
        InvalidMerge = "yaml/invalid-merge",
        /// A tag handle is not defined.
        UndefinedTag = "yaml/undefined-tag",
        /// A value does not fit its tag.
        TagMismatch = "yaml/tag-mismatch",
        /// A number is infinite or not a number, which JSON does not have.
        NotFinite = "yaml/not-finite",
        /// There is more than one document.
        MultipleDocuments = "yaml/multiple-documents",
        /// The document is not a mapping.
        NotAMapping = "yaml/not-a-mapping",
    }
}
