func.func @incomplete() {
  xformer.
}
