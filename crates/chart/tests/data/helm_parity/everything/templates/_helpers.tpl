{{- define "shared" -}}of the parent{{- end -}}
