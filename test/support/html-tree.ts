import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

/** Every element in document order. */
export function elementsOf(html: string): readonly Element[] {
  const found: Element[] = [];
  const visit = (node: Node): void => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return found;
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

/** Text that a reader sees: without style sheets and scripts. */
export function textOf(node: Node): string {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  if (node.nodeName === 'style' || node.nodeName === 'script' || !('childNodes' in node)) return '';
  return node.childNodes.map(textOf).join('');
}

/** Names of elements and attributes, nested, without any value: what a page can do, whatever it says. */
export function skeletonOf(html: string): string {
  const lines: string[] = [];
  const visit = (node: Node, depth: number): void => {
    if (node.nodeName === '#comment' || node.nodeName === '#documentType') lines.push(`${depth} ${node.nodeName}`);
    if ('tagName' in node)
      lines.push(`${depth} ${node.tagName} ${node.attrs.map((attribute) => attribute.name).join(' ')}`);
    if ('childNodes' in node) for (const child of node.childNodes) visit(child, depth + 1);
  };
  visit(parse(html), 0);
  return lines.join('\n');
}
