{{- define "web.lables" -}}
a: b
{{- end -}}
