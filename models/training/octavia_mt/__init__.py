"""Recipe for Octavia's starter translation models: open text in, ONNX out."""
