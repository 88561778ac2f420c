declare module "swagger-ui-dist/swagger-ui-bundle.js" {
  const script: string
  export default script
}
declare module "swagger-ui-dist/swagger-ui.css" {
  const style: string
  export default style
}
