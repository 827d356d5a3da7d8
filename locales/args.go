package locales

// pairs makes placeholders' data of names and values in turn, or of maps. A
// name without a value, or that is no string, is left out.
func pairs(args []any) map[string]any {
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i < len(args); {
		if m, ok := args[i].(map[string]any); ok {
			for k, v := range m {
				data[k] = v
			}
			i++
			continue
		}
		if name, ok := args[i].(string); ok && i+1 < len(args) {
			data[name] = args[i+1]
		}
		i += 2
	}
	return data
}
