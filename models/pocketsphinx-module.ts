/**
 * Turns the loader that Emscripten made for PocketSphinx in 2018 into an ES module:
 * `export default (Module) => void`, to be called with `{ TOTAL_MEMORY, wasmBinary, onRuntimeInitialized }`.
 *
 * The acoustic model for dictated commands that is packed into it (3 MB of number literals) goes. Functions
 * made from source text at run time go too: the page's content security policy allows no `unsafe-eval`. And
 * the names by which it would find out where it runs are hidden from it, so that it neither installs process
 * hooks in Node nor fetches anything in the browser.
 */
export function pocketSphinxModule(loader: string): string {
  let body = cut(loader, 'if(!Module.expectedDataFileDownloads)', 'var moduleOverrides={}', '');
  body = cut(body, 'return(new Function("body"', 'function extendError', NAMED_FUNCTION);
  body = cut(body, 'function makeDynCaller', 'var fp;', DYN_CALLER);
  body = cut(body, 'function new_(', 'function __embind_register_class_function', INVOKER);
  if (/\beval\(|\bFunction\(/.test(body)) throw new Error('the loader still makes functions from text');
  return `${HEAD}${body.trim()}\n}\n`;
}

/** Replaces what stands from `start` up to `end`; both must be there once. */
function cut(text: string, start: string, end: string, replacement: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0 || text.includes(start, from + 1)) {
    throw new Error(`the PocketSphinx loader is not the one this was written for: ${start}`);
  }
  return text.slice(0, from) + replacement + text.slice(to);
}

const HEAD = `export default function pocketSphinx(Module) {
var window, process, require, importScripts, document, XMLHttpRequest, fetch, indexedDB;
`;

const NAMED_FUNCTION = `return Object.defineProperty(
  function(){return body.apply(this, arguments)}, "name", {value: name, configurable: true})}`;

const DYN_CALLER = `function makeDynCaller(dynCall){
  return function(){return dynCall.apply(null, [rawFunction].concat(Array.from(arguments)))}}`;

/** embind's method invoker as a closure: wire `this` and the arguments, call, undo, unwire the result. */
const INVOKER = `function craftInvokerFunction(humanName, argTypes, classType, invoker, target){
  var count = argTypes.length - 2;
  if (count < 0) throwBindingError("argTypes array size mismatch! Must at least get return value and 'this' types!");
  var isMethod = argTypes[1] !== null && classType !== null;
  var wiredTypes = argTypes.slice(isMethod ? 1 : 2);
  var needsStack = argTypes.slice(1).some(function(type){
    return type !== null && type.destructorFunction === undefined});
  return function(){
    if (arguments.length !== count) throwBindingError(
      "function " + humanName + " called with " + arguments.length + " arguments, expected " + count + " args!");
    var given = isMethod ? [this].concat(Array.from(arguments)) : Array.from(arguments);
    var destructors = needsStack ? [] : null;
    var wired = wiredTypes.map(function(type, index){return type.toWireType(destructors, given[index])});
    var result = invoker.apply(null, [target].concat(wired));
    if (needsStack) runDestructors(destructors);
    else wiredTypes.forEach(function(type, index){
      if (type.destructorFunction !== null) type.destructorFunction(wired[index])});
    if (argTypes[0].name !== "void") return argTypes[0].fromWireType(result);
  };
}`;
