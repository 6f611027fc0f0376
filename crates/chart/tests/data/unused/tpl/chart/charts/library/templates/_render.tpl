{{- define "library.render" }}{{ tpl (.value | toString) .context }}{{ end }}
