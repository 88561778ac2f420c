// The bundler gives these files as text (`rules` in wrangler.toml).
declare module "swagger-ui-dist/*" {
  const text: string
  export default text
}
