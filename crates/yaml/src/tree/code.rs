//! Codes of the errors in YAML and JSON text.

crate::codes! {
    /// The reason why text cannot be read as YAML.
    pub enum YamlCode {
        /// The text does not follow the grammar.
        Syntax = "yaml/syntax",
        /// The text is not UTF-8.
        Encoding = "yaml/encoding",
        /// A control character is not escaped.
        ControlCharacter = "yaml/control-character",
        /// The text is larger than the limit, perhaps only after expanding aliases.
        TooLarge = "yaml/too-large",
        /// Lists and mappings are nested too deeply.
        TooDeep = "yaml/too-deep",
        /// A mapping has a duplicate key.
        DuplicateKey = "yaml/duplicate-key",
        /// A key is neither a string nor a value that YAML converts to one.
        InvalidKey = "yaml/invalid-key",
        /// A template expression (`{{ }}`) is not quoted.
        TemplateExpression = "yaml/template-expression",
        /// An alias has no anchor above it.
        UndefinedAlias = "yaml/undefined-alias",
        /// An alias is inside its own anchor.
        RecursiveAlias = "yaml/recursive-alias",
        /// Nearly all values come from aliases.
        ExcessiveAliases = "yaml/excessive-aliases",
        /// The value of the key `<<` is not a mapping or a list of mappings.
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
