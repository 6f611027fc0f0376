//! The error codes of template folders.

crate::codes! {
    /// Why a template folder cannot be read or rendered.
    pub enum TemplateCode {
        /// The folder is a Helm chart.
        HelmChart = "template/helm-chart",
        /// The folder has no folder `templates`.
        NoTemplatesFolder = "template/no-templates-folder",
        /// The folder `templates` has no template.
        NoTemplate = "template/no-template",
        /// The folder has more files, or a larger one, than the limit.
        TooLarge = "template/too-large",
        /// A link leads out of the folder.
        ExternalLink = "template/external-link",
        /// A file is not UTF-8 text.
        Encoding = "template/encoding",
        /// A template has a syntax error.
        Syntax = "template/syntax",
        /// A template uses a value that is not defined.
        Undefined = "template/undefined",
        /// A template includes one that does not exist.
        UnknownTemplate = "template/unknown-template",
        /// There is no such filter.
        UnknownFilter = "template/unknown-filter",
        /// There is no such test.
        UnknownTest = "template/unknown-test",
        /// There is no such function.
        UnknownFunction = "template/unknown-function",
        /// A call has too few or too many arguments.
        ArgumentCount = "template/argument-count",
        /// Templates take more steps, or write more, than the limit.
        LimitExceeded = "template/limit-exceeded",
        /// Templates include themselves endlessly.
        EndlessRecursion = "template/endless-recursion",
        /// A template fails for another reason, such as `fail`.
        Failed = "template/failed",
        /// The template engine cannot be started.
        EngineUnavailable = "template/engine-unavailable",
        /// Two templates render the same object.
        DuplicateObject = "template/duplicate-object",
        /// `values.schema.json` is not a valid JSON Schema.
        InvalidSchema = "template/invalid-schema",
    }
}
